import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealEnvelope } from '../../src/bundle/dsse.ts';
import { instructions } from '../../src/bundle/instructions.ts';
import { createKey, type SigningKey } from '../../src/bundle/keys.ts';
import { statementOf } from '../../src/bundle/statement.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { writeBundle } from '../bundle/fixture.ts';
import { type Change, forged, read, replaced, sha256, tag, write } from './forging.ts';

const controlFile = 'data/controls/tls.protocol.old-refused.yaml';
let root: string;
let key: SigningKey;
let forger: SigningKey;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-adversarial-'));
  key = await createKey(join(root, 'signer.pem'));
  forger = await createKey(join(root, 'forger.pem'));
  await writeBundle(join(root, 'signed'), key);
  await writeBundle(join(root, 'unsigned'));
});

afterAll(() => rmSync(root, { recursive: true }));

/** "CODE message" of verifying a changed copy; "VERIFIED" where nothing was found wrong. */
async function verdictOn(
  kind: 'signed' | 'unsigned',
  change: Change,
  trust: readonly SigningKey[] = [],
): Promise<string> {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(join(root, kind), copy, { recursive: true });
  change(copy);
  try {
    await verifyBundle(copy, { judgeFactory: createJudge, trust });
    return 'VERIFIED';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${error.code} ${error.message}`;
    throw error;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Signs a folder again, naming `keyId` in every place where a name stands. */
function signAs(folder: string, signer: SigningKey, keyId: string): void {
  const assessment = JSON.parse(read(folder, 'data/assessment.json'));
  const info = read(folder, 'bag-info.txt');
  write(folder, 'bag-info.txt', info.replace(/Assay-Signed-By: .*/, `Assay-Signed-By: ${keyId}`));
  write(folder, 'VERIFY.txt', instructions(assessment.run.id, keyId));
  tag(folder);
  const digests = {
    tagManifest: sha256(folder, 'tagmanifest-sha256.txt'),
    manifest: sha256(folder, 'manifest-sha256.txt'),
  };
  const statement = Buffer.from(statementOf(digests, assessment));
  write(folder, 'signatures/statement.dsse.json', sealEnvelope(statement, { ...signer, keyId }));
  write(folder, 'signatures/signer.pub.pem', signer.pem);
}

describe('a forger with a key of their own', () => {
  test('gets a bundle that is theirs, and only theirs', async () => {
    const sign: Change = (folder) => signAs(folder, forger, forger.keyId);
    expect(await verdictOn('signed', sign)).toBe('VERIFIED');
    expect(await verdictOn('signed', sign, [forger])).toBe('VERIFIED');
    expect(await verdictOn('signed', sign, [key])).toMatch(/^ERR_VERIFY_UNKNOWN_KEY /);
  });

  test('cannot sign under the name of the trusted key', async () => {
    const sign: Change = (folder) => signAs(folder, forger, key.keyId);
    expect(await verdictOn('signed', sign)).toMatch(/^ERR_VERIFY_SIGNATURE /);
    expect(await verdictOn('signed', sign, [key])).toMatch(/^ERR_VERIFY_SIGNATURE /);
  });

  test('cannot leave the trusted key beside a signature of their own', async () => {
    const sign: Change = (folder) => {
      signAs(folder, forger, key.keyId);
      write(folder, 'signatures/signer.pub.pem', key.pem);
    };
    expect(await verdictOn('signed', sign, [key])).toMatch(/^ERR_VERIFY_SIGNATURE .*does not verify/);
  });
});

describe('a manifest has one form', () => {
  const withManifest =
    (change: (text: string) => string): Change =>
    (folder) => {
      write(folder, 'manifest-sha256.txt', change(read(folder, 'manifest-sha256.txt')));
      tag(folder);
    };

  test.each<[string, (text: string) => string]>([
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['a tab', (text) => text.replace('  ', '\t')],
    ['a binary mark', (text) => text.replace('  ', ' *')],
    ['upper-case digits', (text) => text.replace(/^[0-9a-f]{64}/, (digest) => digest.toUpperCase())],
    ['a blank line', (text) => `${text}\n`],
    ['a comment', (text) => `# x\n${text}`],
    ['no last newline', (text) => text.slice(0, -1)],
    ['a line twice', (text) => text.replace(/^.*\n/, '$&$&')],
    ['another order', (text) => text.replace(/^(.*\n)(.*\n)/, '$2$1')],
    ['a NUL', (text) => text.replace('data/run.json', 'data/run.json\0')],
    ['a composed letter', (text) => text.replace('old-refused.yaml', 'old-r\u00e9fused.yaml')],
    ['a decomposed letter', (text) => text.replace('old-refused.yaml', 'old-re\u0301fused.yaml')],
    ['another case', (text) => text.replace('old-refused.yaml', 'OLD-refused.yaml')],
    ['an escape that is not needed', (text) => text.replace('old-refused.yaml', 'old-=72efused.yaml')],
  ])('not with %s', async (_, change) => {
    expect(await verdictOn('unsigned', withManifest(change))).toMatch(/^ERR_VERIFY_FORMAT /);
  });
});

describe('a number has one form', () => {
  test.each(['-0', '2.0', '2e0', '1e400', '9007199254740993', '"2"', '[2]'])(
    '%s connections are refused',
    async (number) => {
      const change = replaced('data/observations/web.json', '"connections": 2', `"connections": ${number}`);
      expect(await verdictOn('unsigned', forged(change))).toMatch(/^ERR_VERIFY_FORMAT /);
    },
  );
});

describe('a control in a bundle cannot stall who verifies it', () => {
  const bomb = Array.from('bcdefghij', (name, at) => {
    const before = 'abcdefghij'[at];
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]\n`;
  });

  test.each([
    ['aliases of aliases', `a: &a [x, x, x]\n${bomb.join('')}`],
    ['nesting without end', `id: ${'['.repeat(100_000)}`],
    ['more text than a control has', `# ${'x'.repeat(2_000_000)}\n`],
    ['a tag that builds objects', 'id: !!js/function "x"\n'],
  ])('%s', async (_, text) => {
    const change: Change = (folder) => write(folder, controlFile, text);
    expect(await verdictOn('unsigned', forged(change))).toMatch(
      /^ERR_VERIFY_FORMAT expected controls that can be judged by/,
    );
  });

  test.each([
    ['parentheses without end', `${'('.repeat(2000)}true${')'.repeat(2000)}`, /maxDepth/],
    ['a disjunction without end', `${'true||'.repeat(600)}true`, /maxAstNodes/],
    ['negations without end', `true && ${'!'.repeat(4000)}true`, /maxAstNodes/],
    ['more than an expression has', `${'true || '.repeat(30_000)}true`, /at most 4096 characters/],
    [
      'three loops in each other',
      'params.refused.all(a, params.refused.all(b, params.refused.all(c, tls.versions[c] == a)))',
      /nested comprehensions/,
    ],
    ['a pattern that backtracks', 'tls.versions["TLSv1.0"].matches("^(a+)+$")', /expected one of size/],
  ])('%s', async (_, expression, reason) => {
    const change = replaced(controlFile, /expect: .*/, `expect: ${expression.replaceAll('$', '$$$$')}`);
    const verdict = await verdictOn('unsigned', forged(change));
    expect(verdict).toMatch(/^ERR_VERIFY_FORMAT expected controls that can be judged by/);
    expect(verdict).toMatch(reason);
  });

  test('another control under the same file name', async () => {
    const change = replaced(controlFile, 'id: tls.protocol.old-refused', 'id: tls.protocol.other');
    expect(await verdictOn('unsigned', forged(change))).toMatch(/^ERR_VERIFY_FORMAT .*the file's name/);
  });
});

test.each(['bag-info.txt', 'data/run.json', 'bagit.txt'])(
  'a pipe in place of %s does not block',
  async (path) => {
    const change: Change = (folder) => {
      rmSync(join(folder, path));
      expect(spawnSync('mkfifo', [join(folder, path)]).status).toBe(0);
    };
    expect(await verdictOn('unsigned', change)).toMatch(/^ERR_VERIFY_(?:ALTERED|FORMAT) /);
  },
);
