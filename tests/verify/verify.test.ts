import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealEnvelope } from '../../src/bundle/dsse.ts';
import { createKey, type SigningKey } from '../../src/bundle/keys.ts';
import { predicateType } from '../../src/bundle/statement.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { type Verified, type VerifyOptions, verifyBundle } from '../../src/verify/verify.ts';
import { filesUnder, writeBundle } from '../bundle/fixture.ts';

let root: string;
let key: SigningKey;
let stranger: SigningKey;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-verify-'));
  key = await createKey(join(root, 'signer.pem'));
  stranger = await createKey(join(root, 'stranger.pem'));
  await writeBundle(join(root, 'signed'), key);
  await writeBundle(join(root, 'unsigned'));
});

afterAll(() => rmSync(root, { recursive: true }));

function verify(folder: string, options: Partial<VerifyOptions> = {}): Promise<Verified> {
  return verifyBundle(folder, { judgeFactory: createJudge, ...options });
}

type Kind = 'signed' | 'unsigned';

/** What verifying threw: "CODE message". */
async function refusalOf(folder: string, options: Partial<VerifyOptions>): Promise<string> {
  const outcome = await verify(folder, options).catch((error: unknown) => error);
  if (!(outcome instanceof Error && 'code' in outcome)) return `VERIFIED ${JSON.stringify(outcome)}`;
  expect(outcome.message).not.toMatch(/[\n\r]/);
  expect(outcome).toMatchObject({ remedy: expect.stringMatching(/\.$/) });
  return `${outcome.code} ${outcome.message}`;
}

/** What verifying a changed copy threw. */
async function tampered(kind: Kind, change: (folder: string) => void, options = {}): Promise<string> {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(join(root, kind), copy, { recursive: true });
  change(copy);
  const refused = await refusalOf(copy, options);
  rmSync(copy, { recursive: true });
  return refused;
}

/** What verifying threw with each file changed in turn, one at a time, by path. */
async function tamperedEach(
  kind: Kind,
  change: (file: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(join(root, kind), copy, { recursive: true });
  const refused = new Map<string, string>();
  for (const path of filesUnder(copy)) {
    change(join(copy, path));
    refused.set(path, await refusalOf(copy, {}));
    rmSync(join(copy, path), { force: true });
    cpSync(join(root, kind, path), join(copy, path));
  }
  expect(await refusalOf(copy, {})).toMatch(/^VERIFIED/);
  return refused;
}

function edit(path: string, change: (text: string) => string): (folder: string) => void {
  return (folder) => {
    const before = readFileSync(join(folder, path), 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(join(folder, path), after);
  };
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** What a forger without the key can do: makes every hash again. */
function rehash(folder: string): void {
  const payload = filesUnder(folder).filter((path) => path.startsWith('data/'));
  const bytes = payload.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  const lines = (paths: readonly string[]): string =>
    paths.map((path) => `${sha256(join(folder, path))}  ${path}\n`).join('');
  const info = readFileSync(join(folder, 'bag-info.txt'), 'utf8');
  writeFileSync(
    join(folder, 'bag-info.txt'),
    info.replace(/Payload-Oxum: .*/, `Payload-Oxum: ${bytes}.${payload.length}`),
  );
  writeFileSync(join(folder, 'manifest-sha256.txt'), lines(payload));
  const tags = ['VERIFY.txt', 'bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'];
  writeFileSync(join(folder, 'tagmanifest-sha256.txt'), lines(tags));
}

function forged(...changes: readonly ((folder: string) => void)[]): (folder: string) => void {
  return (folder) => {
    for (const change of changes) change(folder);
    rehash(folder);
  };
}

describe('a bundle as it was written', () => {
  test('unsigned: everything but the origin', async () => {
    expect(await verify(join(root, 'unsigned'))).toEqual({
      kind: 'verified',
      origin: 'unsigned',
      fingerprint: sha256(join(root, 'unsigned/tagmanifest-sha256.txt')),
      runId: '11111111-1111-4111-8111-111111111111',
      files: 17,
      bytes: expect.any(Number),
      judged: { subjects: 3, findings: 3 },
      instructions: 'not-compared',
    });
  });

  test('signed: by whom is known only with a key to trust', async () => {
    const signed = join(root, 'signed');
    expect(await verify(signed)).toMatchObject({ origin: 'signed-untrusted', keyId: key.keyId });
    expect(await verify(signed, { trust: [stranger, key] })).toMatchObject({ origin: 'trusted' });
  });

  test('integrity only: nothing is judged', async () => {
    const judgeFactory = (): never => expect.fail('judged');
    const verified = await verify(join(root, 'signed'), { integrityOnly: true, judgeFactory });
    expect(verified).not.toHaveProperty('judged');
  });

  test('wrong key and no key are told apart', async () => {
    await expect(verify(join(root, 'signed'), { trust: [stranger] })).rejects.toMatchObject({
      code: 'ERR_VERIFY_UNKNOWN_KEY',
      message: expect.stringContaining(key.keyId),
    });
    await expect(verify(join(root, 'unsigned'), { trust: [key] })).rejects.toMatchObject({
      code: 'ERR_VERIFY_UNSIGNED',
    });
  });
});

/** Flips one bit of the byte that lies at this part of a file. */
function flip(file: string, part: number): void {
  const bytes = readFileSync(file);
  const index = Math.floor(bytes.length * part);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe.each(['signed', 'unsigned'] as const)('a %s bundle', (kind) => {
  test.each([0, 0.5, 0.999])('one byte flipped in any file, at %f of it, is found', async (part) => {
    for (const [path, refused] of await tamperedEach(kind, (file) => flip(file, part)))
      expect(refused, path).toMatch(path.startsWith('data/') ? `ALTERED expected ${path}` : /^ERR_VERIFY_/);
  });

  test('a byte more or less in any file is found', async () => {
    for (const [path, refused] of await tamperedEach(kind, (file) => appendFileSync(file, '\n')))
      expect(refused, path).toMatch(/^ERR_VERIFY_/);
    const shorten = (file: string): void => truncateSync(file, statSync(file).size - 1);
    for (const [path, refused] of await tamperedEach(kind, shorten))
      expect(refused, path).toMatch(/^ERR_VERIFY_/);
  });

  test('any file removed is found and named', async () => {
    for (const [path, refused] of await tamperedEach(kind, unlinkSync)) {
      expect(refused, path).toMatch(/^ERR_VERIFY_(?:MISSING|SIGNATURE|FORMAT) /);
      expect(refused).toContain(path);
    }
  });

  test('any file replaced by a link to the same bytes is found', async () => {
    let moved = 0;
    const link = (file: string): void => {
      moved += 1;
      renameSync(file, join(root, `moved-${kind}-${moved}`));
      symlinkSync(join(root, `moved-${kind}-${moved}`), file);
    };
    for (const [path, refused] of await tamperedEach(kind, link))
      expect(refused, path).toMatch(/^ERR_VERIFY_FORMAT .*(?:symbolic link|ELOOP)/);
  });

  test.each(['data/run.json', 'data/controls/tls.protocol.old-refused.yaml', 'VERIFY.txt'])(
    '%s renamed is found',
    async (path) => {
      const rename = (folder: string): void => renameSync(join(folder, path), join(folder, `${path}.old`));
      expect(await tampered(kind, rename)).toMatch(/^ERR_VERIFY_(?:MISSING|EXTRA) /);
    },
  );

  test('any folder replaced by a link is found', async () => {
    const all = readdirSync(join(root, kind), { recursive: true, encoding: 'utf8' });
    for (const path of all.filter((one) => statSync(join(root, kind, one)).isDirectory())) {
      const link = (folder: string): void => {
        renameSync(join(folder, path), `${folder}-moved`);
        symlinkSync(`${folder}-moved`, join(folder, path));
      };
      expect(await tampered(kind, link), path).toMatch(/^ERR_VERIFY_FORMAT .*symbolic link/);
    }
  });

  test.each([
    'extra.txt',
    '.hidden',
    'Bagit.txt',
    'data/extra.json',
    'data/RUN.json',
    'data/controls/other.yaml',
    'data/observations/other.json',
    'data/observations/.json',
    'data/evidence/EV-00009.txt',
    'data/evidence/web/EV-00009.txt',
    'data/evidence/web/ev-00005.txt',
    'data/evidence/other/EV-00001.txt',
    'data/log/other.jsonl',
    'signatures/other.pem',
    'signatures/statement.dsse.json~',
    'data/new\nline.txt',
  ])('%j added is found', async (path) => {
    const add = (folder: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), 'x');
    };
    expect(await tampered(kind, add)).toMatch(/^ERR_VERIFY_EXTRA /);
  });

  test.each(['bag-info.txt', 'data/run.json', 'data/findings.ndjson'])(
    'a folder in place of %s is found',
    async (path) => {
      const replace = (folder: string): void => {
        unlinkSync(join(folder, path));
        mkdirSync(join(folder, path));
      };
      expect(await tampered(kind, replace)).toMatch(/^ERR_VERIFY_(?:EXTRA|FORMAT) /);
    },
  );

  test.each(['empty', 'data/empty', 'data/evidence/empty', 'data/frameworks'])(
    'empty folder %s is found',
    async (path) => {
      expect(await tampered(kind, (folder) => mkdirSync(join(folder, path)))).toMatch(/^ERR_VERIFY_EXTRA /);
    },
  );

  test.each([
    '../outside.json',
    '/etc/passwd',
    'data/../../x',
    'data//run.json',
    'data\\run.json',
    'data/x.json',
  ])('a manifest that lists %s is refused', async (path) => {
    const climb = edit('manifest-sha256.txt', (text) => `${'0'.repeat(64)}  ${path}\n${text}`);
    const seal = edit('tagmanifest-sha256.txt', (text) => text);
    expect(seal).toBeTypeOf('function');
    const retag = (folder: string): void => {
      climb(folder);
      const tags = ['VERIFY.txt', 'bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'];
      const lines = tags.map((tag) => `${sha256(join(folder, tag))}  ${tag}\n`);
      writeFileSync(join(folder, 'tagmanifest-sha256.txt'), lines.join(''));
    };
    expect(await tampered('unsigned', retag)).toMatch(/^ERR_VERIFY_FORMAT .*layout/);
  });

  test('a newer format is named', async () => {
    const newer = edit('bag-info.txt', (text) => text.replace('Assay-Format: 0', 'Assay-Format: 7'));
    expect(await tampered(kind, newer)).toMatch(/^ERR_VERIFY_FORMAT expected bundle format 0, got 7/);
  });
});

describe('what is not a bundle', () => {
  test.each([
    ['nothing', (path: string) => path],
    ['a file', (path: string) => writeFileSync(path, '')],
    ['an empty folder', (path: string) => mkdirSync(path)],
  ])('%s is refused', async (_, make) => {
    const path = join(mkdtempSync(join(root, 'not-')), 'b');
    make(path);
    await expect(verify(path)).rejects.toMatchObject({ code: 'ERR_VERIFY_FORMAT' });
  });
});

describe('the signature', () => {
  const statement = 'signatures/statement.dsse.json';

  test.each([
    ['blanks added', edit(statement, (text) => `${text} `)],
    ['compact', edit(statement, (text) => JSON.stringify(JSON.parse(text)))],
    ['base64 padded', edit(statement, (text) => text.replace(/"sig": "([^"=]*)=*"/, '"sig": "$1===="'))],
    [
      'base64 for URLs',
      edit(statement, (text) =>
        text.replace(/"sig": "(.*)"/, (_, sig: string) => `"sig": "${sig.replace(/[+/=]/g, '-')}"`),
      ),
    ],
    [
      'another key in the envelope',
      edit(statement, (text) => text.replace('"payload":', '"x": 1,\n  "payload":')),
    ],
    ['no signature', edit(statement, (text) => text.replace(/\[[\s\S]*\]/, '[]'))],
    ['a second signature', edit(statement, (text) => text.replace(/(\{\s+"keyid"[^}]*\})/, '$1,\n    $1'))],
    ['a payload of another type', edit(statement, (text) => text.replace('in-toto+json', 'other+json'))],
    [
      'the copy of the key in another form',
      edit('signatures/signer.pub.pem', (text) => text.replace('\n', '\r\n')),
    ],
    [
      "somebody else's key",
      (folder: string) => writeFileSync(join(folder, 'signatures/signer.pub.pem'), stranger.pem),
    ],
    ['the envelope removed', (folder: string) => unlinkSync(join(folder, statement))],
    ['all of it removed', (folder: string) => rmSync(join(folder, 'signatures'), { recursive: true })],
  ])('%s is refused', async (_, change) => {
    expect(await tampered('signed', change)).toMatch(/^ERR_VERIFY_SIGNATURE /);
    expect(await tampered('signed', change, { integrityOnly: true, trust: [key] })).toMatch(
      /^ERR_VERIFY_SIGNATURE /,
    );
  });

  test('one byte flipped anywhere in the envelope is found', async () => {
    const copy = mkdtempSync(join(root, 'copy-'));
    cpSync(join(root, 'signed'), copy, { recursive: true });
    for (let part = 0; part < 1; part += 0.005) {
      flip(join(copy, statement), part);
      expect(await refusalOf(copy, { integrityOnly: true }), String(part)).toMatch(/^ERR_VERIFY_SIGNATURE /);
      flip(join(copy, statement), part);
    }
    expect(await refusalOf(copy, { integrityOnly: true })).toMatch(/^VERIFIED/);
  });

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"signatures":[{"keyid":1,"sig":[]}],"payload":{}}',
    '['.repeat(500_000),
  ])('an envelope of %.20j is refused at once', async (text) => {
    const replace = (folder: string): void => writeFileSync(join(folder, statement), text);
    expect(await tampered('signed', replace)).toMatch(/^ERR_VERIFY_SIGNATURE /);
  });

  test.each([
    ['in-toto’s of another sort', (text: string) => text.replace(predicateType, 'https://example.org/other')],
    ['with a third subject', (text: string) => text.replace('"subject": [', '"subject": [\n    {},')],
    ['about other counts', (text: string) => text.replace('"fail": 1', '"fail": 0')],
    ['that is no JSON', () => 'hello'],
  ])('a statement by the right key %s is refused', async (_, change) => {
    const resign = edit(statement, (text) => {
      const { payload } = JSON.parse(text) as { payload: string };
      return sealEnvelope(Buffer.from(change(Buffer.from(payload, 'base64').toString())), key);
    });
    expect(await tampered('signed', resign, { trust: [key] })).toMatch(/^ERR_VERIFY_SIGNATURE /);
  });

  test('the twin that verifies too (n - s) is refused', async () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const twin = edit(statement, (text) =>
      text.replace(/"sig": "(.*)"/, (_, sig: string) => {
        const der = Buffer.from(sig, 'base64');
        const start = 4 + (der[3] ?? 0);
        const s = n - BigInt(`0x${der.subarray(start + 2).toString('hex')}`);
        const hex = `00${s.toString(16).padStart(64, '0')}`;
        const body = Buffer.concat([der.subarray(2, start), Buffer.from(`0221${hex}`, 'hex')]);
        return `"sig": "${Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('base64')}"`;
      }),
    );
    expect(await tampered('signed', twin)).toMatch(/^ERR_VERIFY_SIGNATURE .*does not verify/);
  });

  test('of another bundle by the same key is refused', async () => {
    await writeBundle(join(root, 'other'), key);
    const other = readFileSync(join(root, 'other', statement), 'utf8');
    const swap = (folder: string): void => writeFileSync(join(folder, statement), other);
    const rewrite = forged(
      edit('data/log/run.jsonl', (text) => text.replace('ended', 'other')),
      swap,
    );
    expect(await tampered('signed', rewrite)).toMatch(/^ERR_VERIFY_ALTERED expected tagmanifest-sha256.txt/);
  });

  test('left beside a bundle that says UNSIGNED is refused', async () => {
    const add = (folder: string): void =>
      cpSync(join(root, 'signed/signatures'), join(folder, 'signatures'), { recursive: true });
    expect(await tampered('unsigned', add)).toMatch(/^ERR_VERIFY_(?:EXTRA|ALTERED) /);
    const keyOnly = (folder: string): void => {
      add(folder);
      unlinkSync(join(folder, statement));
    };
    expect(await tampered('unsigned', keyOnly)).toMatch(/^ERR_VERIFY_EXTRA /);
  });

  test('stripped with every trace leaves an unsigned bundle, which only a key to trust shows', async () => {
    const strip = forged(
      (folder) => rmSync(join(folder, 'signatures'), { recursive: true }),
      edit('bag-info.txt', (text) => text.replace(/Signed-By: .*/, 'Signed-By: UNSIGNED')),
    );
    expect(await tampered('signed', strip)).toMatch(/^VERIFIED .*"unsigned"/);
    expect(await tampered('signed', strip, { trust: [key] })).toMatch(/^ERR_VERIFY_UNSIGNED /);
  });
});

describe('a forger who makes the hashes again', () => {
  test('cannot make a failure a pass', async () => {
    const change = edit('data/findings.ndjson', (text) => text.replace('"reason":"fail"', '"reason":"pass"'));
    expect(await tampered('unsigned', forged(change))).toBe(
      'ERR_VERIFY_VERDICT expected tls.protocol.old-refused on web to be fail as judged again, got pass',
    );
  });

  test.each([
    [
      'drop a finding',
      edit('data/findings.ndjson', (text) => text.slice(text.indexOf('\n') + 1)),
      /VERDICT .*pay~192/,
    ],
    [
      'drop the last finding',
      edit('data/findings.ndjson', (text) => text.replace(/.*\n$/, '')),
      /VERDICT .*got no finding/,
    ],
    [
      'repeat a finding',
      edit('data/findings.ndjson', (text) => text.replace(/.*\n$/, '$&$&')),
      /FORMAT .*in order without repeats/,
    ],
    [
      'reword a finding',
      edit('data/findings.ndjson', (text) => text.replace('old versions are accepted', 'all is well')),
      /VERDICT .*with another message/,
    ],
    [
      'change the counts',
      edit('data/assessment.json', (text) => text.replace('"fail": 1', '"fail": 0')),
      /VERDICT .*assessment.json .*another \/controls|VERDICT .*counts/,
    ],
    [
      'change an observation',
      edit('data/observations/web.json', (text) => text.replace('"accepted"', '"refused"')),
      /VERDICT .*to be pass as judged again, got fail/,
    ],
    [
      'change a control',
      edit('data/controls/tls.protocol.old-refused.yaml', (text) => text.replace('TLSv1.0, ', '')),
      /FORMAT .*control set/,
    ],
    [
      'break a control',
      edit('data/controls/tls.protocol.old-refused.yaml', (text) => text.replace('expect:', 'expects:')),
      /FORMAT .*control set/,
    ],
    [
      'change the run',
      edit('data/run.json', (text) => text.replace('"user": "ops"', '"user": "eve"')),
      /VERDICT .*assessment.json .*\/run\/operator\/user/,
    ],
    [
      'claim other semantics',
      edit('data/run.json', (text) => text.replace('"semantics": 1', '"semantics": 2')),
      /FORMAT .*semantics/,
    ],
    [
      'mistype a field',
      edit('data/run.json', (text) => text.replace('"root": false', '"root": "no"')),
      /FORMAT .*run.json.*root/,
    ],
    [
      'say a key twice',
      edit('data/run.json', (text) => text.replace('"vantage"', '"vantage": "x",\n  "vantage"')),
      /FORMAT .*another form/,
    ],
    [
      'hide a lone surrogate',
      edit('data/run.json', (text) => text.replace('"default"', '"\\ud800"')),
      /FORMAT .*another form/,
    ],
    ['write no JSON', edit('data/scope/scope.json', (text) => text.slice(1)), /FORMAT .*JSON in data\/scope/],
    ['put a mark before the text', edit('data/params.json', (text) => `\ufeff${text}`), /FORMAT .*params/],
    ['nest without end', edit('data/params.json', () => '['.repeat(100_000)), /FORMAT .*params/],
    [
      'point evidence elsewhere',
      edit('data/observations/web.json', (text) =>
        text.replace('evidence/web/EV-00005.txt', 'evidence/web/EV-00006.bin'),
      ),
      /FORMAT .*EV-00005/,
    ],
    [
      'change evidence',
      edit('data/evidence/web/EV-00005.txt', () => 'hello\n'),
      /FORMAT .*EV-00005 with sha256/,
    ],
    [
      'add evidence',
      (folder: string) => writeFileSync(join(folder, 'data/evidence/web/EV-00007.txt'), 'x'),
      /FORMAT .*6 evidence files/,
    ],
    [
      'renumber evidence',
      edit('data/observations/web.json', (text) => text.replace('"EV-00005"', '"EV-00009"')),
      /FORMAT .*EV-00005 of web next/,
    ],
    [
      'name evidence of another subject',
      edit('data/observations/web.json', (text) => text.replaceAll('EV-00005', 'EV-00001')),
      /FORMAT .*EV-00005 of web next/,
    ],
    [
      'name one piece of evidence twice, by two paths',
      edit('data/observations/web.json', (text) => text.replace('"EV-00006"', '"EV-00005"')),
      /FORMAT .*EV-00005 in the evidence folder of web/,
    ],
    [
      'leave out a file by naming another twice',
      edit('data/observations/web.json', (text) => {
        const [first = '', second = ''] = text.match(/\{\s+"bytes"[^}]*\}/g) ?? [];
        return text.replace(second, first);
      }),
      /VERDICT .*another evidence/,
    ],
    [
      'rename a subject',
      edit('data/observations/web.json', (text) => text.replace('"id": "web"', '"id": "wob"')),
      /FORMAT .*expected web in data\/observations\/web.json/,
    ],
    ['write no JSON into the log', edit('data/log/run.jsonl', (text) => `x${text}`), /FORMAT .*run.jsonl/],
    [
      'date the bag otherwise',
      edit('bag-info.txt', (text) => text.replace('2026-11-20', '2026-11-21')),
      /FORMAT .*bag-info/,
    ],
    ['add a line to the bag', edit('bag-info.txt', (text) => `${text}X: 1\n`), /FORMAT .*bag-info/],
    ['claim another BagIt', edit('bagit.txt', (text) => text.replace('1.0', '2.0')), /FORMAT .*bagit/],
    [
      'drop a subject',
      (folder: string) => rmSync(join(folder, 'data/observations/web.json')),
      /VERDICT|FORMAT/,
    ],
  ])('cannot %s', async (_, change, expected) => {
    expect(await tampered('unsigned', forged(change))).toMatch(expected);
  });
});
