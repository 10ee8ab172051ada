import { contextPart, type DerValue, parts, readOid } from './der.ts';
import { digestOids, pssOids, type SignatureAlgorithm, signatureAlgorithms } from './object-identifiers.ts';

const digestByOid = new Map<string, SignatureAlgorithm['hash']>(
  Object.entries(digestOids).map(([name, oid]) => [oid, name as keyof typeof digestOids]),
);

/** An AlgorithmIdentifier of a signature; one that is not known is named by its object identifier. */
export function readSignatureAlgorithm(value: DerValue | undefined): SignatureAlgorithm {
  const [id, parameters] = parts(value);
  const oid = readOid(id);
  if (oid === pssOids.rsassaPss) return { name: 'RSASSA-PSS', hash: pssHash(parameters) };
  return signatureAlgorithms[oid] ?? { name: oid, hash: 'unknown' };
}

/** RFC 4055 §3.1: where the parameters leave it out, the digest is SHA-1. */
function pssHash(parameters: DerValue | undefined): SignatureAlgorithm['hash'] {
  const given = parameters === undefined ? undefined : contextPart(parts(parameters), 0);
  if (given === undefined) return 'sha1';
  return digestByOid.get(readOid(parts(parts(given)[0])[0])) ?? 'unknown';
}
