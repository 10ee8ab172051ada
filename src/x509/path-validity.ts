import type { Certificate } from './certificate.ts';
import { sameName } from './distinguished-name.ts';
import { forbiddenName } from './name-constraints.ts';
import { keyPurposeOids } from './object-identifiers.ts';

/**
 * Why a path from a leaf to an anchor is not valid at an instant (RFC 5280 §6.1), or undefined. Signatures and the
 * chaining of names are established when the path is built. The anchor is held to the same rules as the others, as
 * implementations do.
 */
export function pathViolation(path: readonly Certificate[], atMs: number): string | undefined {
  for (const [index, certificate] of path.entries()) {
    const below = path.slice(0, index);
    const isAnchor = index === path.length - 1;
    const asIssuer = index === 0 ? undefined : issuerViolation(certificate, below, isAnchor);
    const found = ownViolation(certificate, atMs) ?? asIssuer;
    if (found !== undefined) return found;
  }
  return undefined;
}

function ownViolation(
  { subject, notBefore, notAfter, extensions }: Certificate,
  atMs: number,
): string | undefined {
  const [unknown] = extensions.unknownCritical;
  if (unknown !== undefined)
    return `${subject.text} has the critical extension ${unknown}, which is not processed`;
  if (atMs < Date.parse(notBefore)) return `${subject.text} is not valid before ${notBefore}`;
  if (atMs > Date.parse(notAfter)) return `${subject.text} expired at ${notAfter}`;
  return undefined;
}

function issuerViolation(
  issuer: Certificate,
  below: readonly Certificate[],
  isAnchor: boolean,
): string | undefined {
  const name = issuer.subject.text;
  if (!mayIssue(issuer, isAnchor)) return `${name} is not a CA certificate`;
  const { keyUsage, extendedKeyUsage, basicConstraints } = issuer.extensions;
  if (keyUsage?.includes('keyCertSign') === false) return `the key usage of ${name} has no keyCertSign`;
  if (extendedKeyUsage?.some(isForServers) === false) return `${name} may not issue for servers`;
  const limit = basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  // RFC 5280 §4.2.1.9: the leaf and self-issued certificates do not count.
  if (below.slice(1).filter((one) => !isSelfIssued(one)).length > limit) {
    return `more CA certificates below ${name} than its path length of ${limit} allows`;
  }
  return constraintViolation(issuer, below);
}

/** A certificate of version 1 or 2 cannot say that it is a CA: only a self-issued anchor is taken for one. */
function mayIssue(issuer: Certificate, isAnchor: boolean): boolean {
  if (issuer.version < 3) return isAnchor && isSelfIssued(issuer);
  return issuer.extensions.basicConstraints?.ca === true;
}

/** Whether a key purpose covers TLS servers (RFC 5280 §4.2.1.12). */
export function isForServers(purpose: string): boolean {
  return purpose === keyPurposeOids.serverAuth || purpose === keyPurposeOids.anyExtendedKeyUsage;
}

function constraintViolation(issuer: Certificate, below: readonly Certificate[]): string | undefined {
  // RFC 5280 §6.1.3 (b): self-issued certificates are exempt, except the leaf.
  const constrained = below.filter((certificate, index) => index === 0 || !isSelfIssued(certificate));
  for (const certificate of constrained) {
    const name = forbiddenName(certificate, issuer);
    if (name !== undefined)
      return `the name constraints of ${issuer.subject.text} forbid ${JSON.stringify(name)}`;
  }
  return undefined;
}

/** Whether issuer and subject are the same name. */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return sameName(issuer, subject);
}
