import { describe, expect, it } from 'vitest';
import { chainShape } from '../../src/tls/chain-shape.ts';
import { type Certificate, readCertificate } from '../../src/x509/certificate.ts';
import { contextBytes, encodeDer, objectIdentifier, sequence } from '../../src/x509/der.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';
import { embedded } from '../x509/log-authority.ts';

const [root, middle, lower, stranger] = ['Root', 'Middle', 'Lower', 'Stranger'].map((name) => party(name));
const rootCertificate = issueCa(root!, root!);
const middleCertificate = issueCa(middle!, root!);
const lowerCertificate = issueCa(lower!, middle!);
const strangerCertificate = issueCa(stranger!, stranger!);
const leaf = issueLeaf(party('host.test'), lower!);

const access = (method: string, url: string) => ({
  oid: '1.3.6.1.5.5.7.1.1',
  critical: false,
  value: encodeDer(sequence(sequence(objectIdentifier(method), contextBytes(6, Buffer.from(url, 'latin1'))))),
});

interface Given {
  readonly trusted?: readonly Uint8Array[];
  readonly publicly?: readonly Uint8Array[];
  readonly known?: readonly Uint8Array[];
}

function shape(
  chain: readonly Uint8Array[],
  { trusted = [rootCertificate], publicly = [], known = [] }: Given = {},
) {
  const [first, ...others] = chain.map(readCertificate) as [Certificate, ...Certificate[]];
  const roots = { trusted: trustStore('roots', trusted), public: trustStore('public', publicly) };
  return chainShape(
    { handshakes: ['TLSv1.3, RSA'], sendings: [], leaf: first, others },
    roots,
    known.map(readCertificate),
  );
}

const whole = { complete: true, inOrder: true, unneeded: [], duplicates: 0, rootSent: false };

describe('chainShape', () => {
  it('of what should be sent', () => {
    const chain = [leaf, lowerCertificate, middleCertificate];
    expect(shape(chain)).toEqual({ ...whole, anchorKind: 'private' });
    expect(shape(chain, { publicly: [rootCertificate] })).toEqual({ ...whole, anchorKind: 'public' });
    expect(shape(chain, { trusted: [strangerCertificate], publicly: [rootCertificate] })).toMatchObject({
      anchorKind: 'public',
    });
  });

  it('with the root', () => {
    const chain = [leaf, lowerCertificate, middleCertificate, rootCertificate];
    expect(shape(chain)).toEqual({ ...whole, rootSent: true, anchorKind: 'private' });
    expect(shape(chain, { trusted: [] })).toEqual({ ...whole, rootSent: true, anchorKind: 'private' });
  });

  it('in another order', () => {
    expect(shape([leaf, middleCertificate, lowerCertificate])).toEqual({
      ...whole,
      inOrder: false,
      anchorKind: 'private',
    });
  });

  it('with what nobody needs, and twice', () => {
    const chain = [leaf, lowerCertificate, middleCertificate, strangerCertificate, lowerCertificate];
    expect(shape(chain)).toEqual({
      complete: true,
      inOrder: false,
      unneeded: ['CN=Stranger,O=Assay Tests'],
      duplicates: 1,
      rootSent: true,
      anchorKind: 'private',
    });
  });

  it('without the end, which may be a private root', () => {
    expect(shape([leaf, lowerCertificate], { trusted: [strangerCertificate] })).toEqual({
      missingIssuer: 'CN=Middle,O=Assay Tests',
      inOrder: true,
      unneeded: [],
      duplicates: 0,
      rootSent: false,
    });
  });

  it.each([
    ['says where its issuer is', access('1.3.6.1.5.5.7.48.2', 'http://ca.test/ca.der'), false],
    ['only names a responder', access('1.3.6.1.5.5.7.48.1', 'http://ocsp.test/'), undefined],
    ['has embedded timestamps', embedded(Buffer.of(0, 0)), false],
  ] as const)('without the intermediate, where the certificate %s', (_, extension, complete) => {
    const alone = issueLeaf(party('host.test'), middle!, { extensions: [extension] });
    expect(shape([alone]).complete).toBe(complete);
    expect(shape([alone]).missingIssuer).toBe('CN=Middle,O=Assay Tests');
    expect(shape([alone, middleCertificate]).complete).toBe(true);
  });

  it('without an intermediate that the server sends in another chain', () => {
    expect(shape([leaf], { known: [lowerCertificate] }).complete).toBe(false);
    expect(shape([leaf], { known: [middleCertificate] }).complete).toBeUndefined();
  });

  it('of a self-signed certificate', () => {
    expect(shape([strangerCertificate])).toEqual({ ...whole, anchorKind: 'private' });
  });

  it('goes by signatures, not by names alone', () => {
    const impostor = issueCa({ ...stranger!, name: lower!.name }, root!);
    expect(shape([leaf, impostor])).toMatchObject({
      missingIssuer: 'CN=Lower,O=Assay Tests',
      inOrder: false,
      unneeded: ['CN=Lower,O=Assay Tests'],
    });
  });

  it('says nothing of a chain that would take too long', () => {
    const many = Array.from({ length: 40 }, () => issueCa(lower!, lower!));
    expect(shape([leaf, ...many])).toEqual({});
  });

  it('ends where certificates signed each other', () => {
    const [one, two] = [issueCa(middle!, lower!), issueCa(lower!, middle!)];
    expect(shape([leaf, one, two], { trusted: [] })).toMatchObject({ unneeded: [], rootSent: false });
    expect(shape([leaf, one, two], { trusted: [] }).complete).toBeUndefined();
  });
});
