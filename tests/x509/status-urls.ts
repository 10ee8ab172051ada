import { contextBytes, contextParts, encodeDer, objectIdentifier, sequence } from '../../src/x509/der.ts';

interface StatusUrls {
  readonly crl?: readonly string[];
  readonly ocsp?: readonly string[];
}

/** The extensions that say where the status of a certificate is to be learned (RFC 5280 §4.2.1.13, §4.2.2.1). */
export function statusUrls({ crl = [], ocsp = [] }: StatusUrls) {
  const points = crl.map((url) => sequence(contextParts(0, contextParts(0, uri(url)))));
  const access = ocsp.map((url) => sequence(objectIdentifier('1.3.6.1.5.5.7.48.1'), uri(url)));
  return [
    ...(crl.length === 0
      ? []
      : [{ oid: '2.5.29.31', critical: false, value: encodeDer(sequence(...points)) }]),
    ...(ocsp.length === 0
      ? []
      : [{ oid: '1.3.6.1.5.5.7.1.1', critical: false, value: encodeDer(sequence(...access)) }]),
  ];
}

function uri(url: string) {
  return contextBytes(6, Buffer.from(url, 'latin1'));
}
