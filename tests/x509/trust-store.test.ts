import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { certificateOnDemand } from '../../src/x509/certificate-on-demand.ts';
import { certificatesFromPem } from '../../src/x509/pem.ts';
import { knownTrustStore, trustStore } from '../../src/x509/trust-store.ts';

const roots = certificatesFromPem(rootCertificates.join('\n'));

test('public roots read on demand are the same store', () => {
  const { anchors, ...store } = trustStore('public', roots);
  const { anchors: onDemand, ...other } = knownTrustStore('public', roots);
  expect(other).toEqual(store);
  expect(onDemand.map(({ sha256 }) => sha256)).toEqual(anchors.map(({ sha256 }) => sha256));
});

test('every public root can be read, and says the same on demand', () => {
  expect(roots.length).toBeGreaterThan(100);
  for (const der of roots) {
    const { signedBy, key, ...whole } = readCertificate(der);
    const later = certificateOnDemand(der);
    expect(later).toMatchObject(whole);
    expect(later.key.object?.equals(key.object as NonNullable<typeof key.object>)).toBe(true);
    expect(later.signedBy(later)).toBe(signedBy(later));
  }
});

test('a root that is none says so when it is asked', () => {
  const broken = certificateOnDemand(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00));
  expect(() => broken.subject).toThrow('expected');
  expect(() => broken.key).toThrow('expected an X.509 certificate');
  expect(() => trustStore('roots', [broken.der])).toThrow('in certificate 1 of the roots');
});
