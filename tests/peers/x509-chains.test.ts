import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chainShape } from '../../src/tls/chain-shape.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { pem } from '../../src/x509/pem.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { at, issueCa, issueLeaf, type KeyKind, party } from '../x509/authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-chains-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, ...certificates: readonly Uint8Array[]): string {
  const path = join(folder, name);
  writeFileSync(path, pem(...certificates));
  return path;
}

const [root, upper, middle, lower] = ['Root', 'Upper', 'Middle', 'Lower'].map((name) => party(name));
const rootCertificate = issueCa(root!, root!);
const others = [
  ['root', rootCertificate],
  ['upper', issueCa(upper!, root!)],
  ['middle', issueCa(middle!, upper!)],
  ['lower', issueCa(lower!, middle!)],
  ['stranger', issueCa({ ...party('Stranger'), name: lower!.name }, party('Elsewhere'))],
] as const;
const leaf = issueLeaf(party('host.test'), lower!);

/** Every choice of what is sent beside the leaf, in this order and the other way round. */
const choices = Array.from({ length: 2 ** others.length }, (_, bits) =>
  others.filter((_one, index) => (bits & (1 << index)) !== 0),
).flatMap((sent) => [sent, [...sent].reverse()]);

describe('what is missing in a chain, as openssl finds it', () => {
  it.each(choices.map((sent) => ({ sent, names: sent.map(([name]) => name).join(' ') || 'nothing' })))(
    'with $names',
    ({ sent }) => {
      const ders = sent.map(([, der]) => der);
      const untrusted = ders.length === 0 ? [] : ['-untrusted', file('sent.pem', ...ders)];
      const options = ['-attime', String(at.getTime() / 1000), '-no-CApath', '-no-CAstore'];
      const roots = ['-CAfile', file('root.pem', rootCertificate)];
      const { status, stderr } = spawnSync(
        'openssl',
        ['verify', ...options, ...roots, ...untrusted, file('leaf.pem', leaf)],
        { encoding: 'utf8' },
      );
      const store = trustStore('roots', [rootCertificate]);
      const chain = {
        handshakes: ['TLSv1.3, any'],
        sendings: [],
        leaf: readCertificate(leaf),
        others: ders.map(readCertificate),
      };
      const shape = chainShape(chain, { trusted: store, public: store }, []);
      expect({ complete: shape.complete === true, stderr }).toEqual({ complete: status === 0, stderr });
      if (status !== 0) expect(stderr).toContain('unable to get local issuer certificate');
      expect(shape.missingIssuer === undefined).toBe(status === 0);
    },
  );
});

describe('keys as openssl names them', () => {
  it.each<readonly [KeyKind, RegExp]>([
    ['rsa', /Public Key Algorithm: rsaEncryption/],
    ['rsa-pss', /Public Key Algorithm: rsassaPss/],
    ['ec', /Public Key Algorithm: id-ecPublicKey/],
    ['ed25519', /Public Key Algorithm: ED25519/],
  ])('%s', (kind, named) => {
    const der = issueLeaf(party('host.test', kind), root!);
    const { stdout } = spawnSync('openssl', ['x509', '-in', file('key.pem', der), '-noout', '-text'], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(named);
    expect(readCertificate(der).key.type).toBe(kind);
  });
});
