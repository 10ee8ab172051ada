import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveWeaknesses } from '../../src/tls/weakness-facts.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { issueCa, issueLeaf, type KeyKind, party } from '../x509/authority.ts';

const ca = party('CA');
const derive = (leaf: Uint8Array, ...others: readonly Uint8Array[]) =>
  deriveWeaknesses([
    {
      handshakes: ['TLSv1.3, RSA'],
      sendings: [],
      leaf: readCertificate(leaf),
      others: others.map(readCertificate),
    },
  ]).certificates;

describe('deriveWeaknesses', () => {
  it('looks at every certificate sent', () => {
    const server = party('host.test', 'rsa');
    const found = derive(issueLeaf(server, ca), issueCa(ca, ca));
    expect(found.map(({ role, weaknesses }) => [role, weaknesses])).toEqual([
      ['leaf', []],
      ['root', []],
    ]);
    const spki = server.publicKey.export({ type: 'spki', format: 'der' });
    expect(found[0]?.spkiSha256).toBe(createHash('sha256').update(spki).digest('hex'));
  });

  it.each<KeyKind>(['ec', 'ed25519', 'rsa-pss'])('finds none in a key of kind %s', (kind) => {
    expect(derive(issueLeaf(party('host.test', kind), ca))[0]?.weaknesses).toEqual([]);
  });

  it('finds them in a leaf', () => {
    // 3 times a number: whatever the rest, 3 divides it.
    const modulus = Buffer.from((3n * ((1n << 1023n) + 1n)).toString(16).padStart(258, '0'), 'hex');
    const publicKey = createPublicKey({
      key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' },
      format: 'jwk',
    });
    const found = derive(issueLeaf({ ...party('host.test'), publicKey }, ca));
    expect(found[0]?.weaknesses).toEqual(['small-factor']);
  });

  it('knows nothing of keys of other kinds', () => {
    const { publicKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    expect(derive(issueLeaf({ ...party('host.test'), publicKey }, ca))[0]).not.toHaveProperty('weaknesses');
  });
});
