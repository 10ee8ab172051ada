import type { Certificate } from './certificate.ts';
import { isWithin } from './distinguished-name.ts';
import { addressText, dnsNameText, type GeneralNames, nameKinds } from './general-names.ts';
import { attributeOids } from './object-identifiers.ts';

/**
 * The first name of a certificate that a CA above it may not certify (RFC 5280 §4.2.1.10), or undefined. DNS names, IP
 * addresses and directory names are compared; a name of another kind that a constraint speaks of counts as forbidden,
 * as the RFC asks of whoever cannot process it.
 */
export function forbiddenName(constrained: Certificate, ca: Certificate): string | undefined {
  const constraints = ca.extensions.nameConstraints;
  if (constraints === undefined) return undefined;
  const { permitted, excluded } = constraints;
  const names = namesOf(constrained);
  return (
    outside(names.dns, permitted.dns, excluded.dns, dnsWithin, dnsNameText) ??
    outside(names.ip, permitted.ip, excluded.ip, addressWithin, addressText) ??
    outside(names.directory, permitted.directory, excluded.directory, isWithin, ({ text }) => text) ??
    unprocessed(names, [...permitted.otherKinds, ...excluded.otherKinds])
  );
}

function namesOf({ subject, extensions }: Certificate): GeneralNames {
  const { dns = [], ip = [], directory = [], otherKinds = [] } = extensions.subjectAltName ?? {};
  const hasEmail = subject.comparable.some((part) => part.includes(`${attributeOids.emailAddress}=`));
  return {
    dns,
    ip,
    directory: subject.comparable.length === 0 ? directory : [subject, ...directory],
    otherKinds: hasEmail ? [...otherKinds, nameKinds.rfc822] : otherKinds,
  };
}

function outside<T>(
  names: readonly T[],
  permitted: readonly T[],
  excluded: readonly T[],
  within: (name: T, base: T) => boolean,
  text: (name: T) => string,
): string | undefined {
  const isAllowed = (name: T): boolean => {
    const isPermitted = permitted.length === 0 || permitted.some((base) => within(name, base));
    return isPermitted && !excluded.some((base) => within(name, base));
  };
  const forbidden = names.find((name) => !isAllowed(name));
  return forbidden === undefined ? undefined : text(forbidden);
}

function unprocessed({ otherKinds }: GeneralNames, constrainedKinds: readonly number[]): string | undefined {
  const kind = otherKinds.find((present) => constrainedKinds.includes(present));
  return kind === undefined ? undefined : `a name of kind ${kind}`;
}

/** A base with a leading dot, which the RFC has for URIs only, is in use for DNS names: sub-domains, not the name. */
function dnsWithin(name: string, base: string): boolean {
  const [lowerName, lowerBase] = [name.toLowerCase(), base.toLowerCase()];
  if (lowerBase === '' || lowerName === lowerBase) return true;
  return lowerName.endsWith(lowerBase.startsWith('.') ? lowerBase : `.${lowerBase}`);
}

function addressWithin(address: Uint8Array, network: Uint8Array): boolean {
  if (network.length !== 2 * address.length) return false;
  const mask = network.subarray(address.length);
  return address.every(
    (octet, index) => (octet & (mask[index] ?? 0)) === ((network[index] ?? 0) & (mask[index] ?? 0)),
  );
}
