import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { facts } from '../../src/facts/index.ts';
import { subjectKinds } from '../../src/model/index.ts';
import { assay, type Ended, removeFolders, temporaryFolder } from './terminal.ts';

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
});
afterAll(removeFolders);

const id = 'tls.cert.mine';
const control = `controls/tls/${id}.yaml`;
const cases = `tests/controls/tls/${id}.yaml`;

async function run(...argv: readonly string[]): Promise<Ended> {
  return assay(argv, { cwd });
}

function read(file: string): string {
  return readFileSync(join(cwd, file), 'utf8');
}

function write(file: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(cwd, file)), { recursive: true });
  writeFileSync(join(cwd, file), text);
}

/** Replaces a part of a file, which must be there. */
function edit(file: string, from: string | RegExp, to: string): void {
  const before = read(file);
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  write(file, after);
}

/** Line and column of the first place of a text. */
function placeOf(file: string, text: string): string {
  const before = read(file).slice(0, read(file).indexOf(text));
  const lines = before.split('\n');
  return `${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

describe('controls new', () => {
  test.each(subjectKinds)('a control of a %s lints, and its cases hold, as it stands', async (subject) => {
    const own = `own.group.of-${subject}`;
    const { exitCode, stdout } = await run('controls', 'new', own, '--subject', subject, '--out', 'mine');
    expect([exitCode, stdout]).toEqual([
      0,
      `mine/controls/own/${own}.yaml\nmine/tests/controls/own/${own}.yaml\n`,
    ]);
    expect(await run('controls', 'lint', 'mine')).toMatchObject({
      exitCode: 0,
      stdout: '1 control, no mistakes\n',
    });
    expect(await run('controls', 'test', 'mine', '--mutate')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^1 control, 3 cases, no mistakes; \d+ changes? of \d fields?: each/),
    });
    const text = read(`mine/controls/own/${own}.yaml`);
    for (const { name } of facts.filter((fact) => fact.subject === subject))
      expect(text).toMatch(new RegExp(`^#   ${name.replace('.', '\\.')}\\b`, 'm'));
  });

  test('any number of them lints and tests together', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await run('controls', 'new', `tls.cert.${name}`, '--out', 'mine');
    expect(await run('controls', 'lint', 'mine')).toMatchObject({
      exitCode: 0,
      stdout: '5 controls, no mistakes\n',
    });
    expect(await run('controls', 'test', 'mine')).toMatchObject({
      exitCode: 0,
      stdout: '5 controls, 15 cases, no mistakes\n',
    });
  });

  test('each file begins with where editors find its schema', async () => {
    await run('controls', 'new', id);
    for (const [file, schema] of [
      [control, 'control'],
      [cases, 'cases'],
    ] as const) {
      const [, path = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(read(file)) ?? [];
      expect(path).toMatch(new RegExp(`^\\.\\./.*docs/schemas/${schema}\\.schema\\.json$`));
      expect(existsSync(join(cwd, dirname(file), path))).toBe(true);
    }
  });

  test.each([control, cases])('overwrites nothing: %s', async (file) => {
    write(file, 'mine');
    const { exitCode, stdout, stderr } = await run('controls', 'new', id);
    expect([exitCode, stdout]).toEqual([6, '']);
    expect(stderr).toMatch(/expected nothing at .*got something that exists[\s\S]*ERR_OUTPUT_EXISTS/);
    expect(read(file)).toBe('mine');
    expect([control, cases].filter((other) => existsSync(join(cwd, other)))).toEqual([file]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['no id', ['Mine'], /expected a control id \(segment\.group\.name, lower case\), got "Mine"/],
    ['a path as id', ['tls.x.../../etc'], /expected a control id/],
    ['an id that is taken', ['tls.protocol.tls13-offered'], /an id of its own[\s\S]*never reused/],
    ['an unknown segment', ['nginx.group.name'], /expected --subject for a control of "nginx"/],
    ['an unknown kind', [id, '--subject', 'toaster'], /Allowed choices are tls-endpoint/],
  ])('%s is refused', async (_, argv, words) => {
    const { exitCode, stdout, stderr } = await run('controls', 'new', ...argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(existsSync(join(cwd, 'controls'))).toBe(false);
  });
});

/** What a new control begins with depends on which facts there are: here it is about the versions. */
function beginWithVersions(): void {
  edit(control, /(expect: >-\n {2}).*/, '$1tls.versions["TLSv1.3"] == "accepted"');
  const texts = ['{"TLSv1.3":"accepted"}', '{"TLSv1.3":"refused"}', 'unseen'];
  write(
    cases,
    read(cases)
      .replace(/^ {6}tls\.\w+: .*$/gm, () => `      tls.versions: ${texts.shift()}`)
      .replace(/exceptions: \[.*\] {5}/, 'exceptions: ["TLSv1.3"]     '),
  );
}

describe('controls test', () => {
  beforeEach(async () => {
    await run('controls', 'new', id);
    beginWithVersions();
  });

  /** What is printed for cases that do not hold. */
  async function mistakes(...argv: readonly string[]): Promise<readonly string[]> {
    const { exitCode, stdout, stderr } = await run('controls', 'test', ...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/exit code 2: .*\(ERR_/);
    return stdout.trimEnd().split('\n');
  }

  test.each([['.'], ['controls'], ['controls/tls'], [control]])('takes %s', async (path) => {
    expect(await run('controls', 'test', path)).toMatchObject({
      exitCode: 0,
      stdout: '1 control, 3 cases, no mistakes\n',
    });
  });

  test('the library’s own', async () => {
    const { exitCode, stdout } = await run('controls', 'test', '--mutate');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+ controls, [\d,]+ cases, no mistakes; [\d,]+ changes of \d+ fields: each/);
  }, 120_000);

  test('each case that does not hold is told with its place, what was expected and what came', async () => {
    edit(cases, '"accepted"', '"refused"');
    edit(cases, '["TLSv1.3"]', '[TLSv1.2]');
    edit(cases, 'tls.versions: unseen', 'tls.versions: { TLSv1.3: refused }');
    expect(await mistakes('.')).toEqual([
      `${placeOf(cases, 'say what the')} "say what the situation is": expected no exceptions, got exceptions for "TLSv1.3"`,
      `${placeOf(cases, '[TLSv1.2]')} "say what is wrong here": expected exceptions for exactly "TLSv1.2", got "TLSv1.3"`,
      `${placeOf(cases, 'it could not')} "it could not be seen": expected not tested, got exceptions for "TLSv1.3"`,
    ]);
  });

  test.each<[string, string, string, string, string]>([
    ['fact', 'tls.versions: {', 'tls.version: {', 'tls.version:', 'did you mean "tls.versions"?'],
    ['field', '{"TLSv1.3":"acc', '{"TLSv1.33":"acc', '"TLSv1.33"', 'got "TLSv1.33"; did you mean "TLSv1.3"?'],
    ['value', '"accepted"', '"acepted"', '"acepted"', 'got "acepted"; did you mean "accepted"?'],
    ['shape', '{"TLSv1.3":"accepted"}', '[]', '[]', 'expected a mapping, got another value'],
    [
      'parameter',
      '  - name: say what the',
      '  - params: { x: 1 }\n    name: say what the',
      'x: 1',
      'a parameter of',
    ],
    [
      'list',
      '  - name: it could',
      '  - incomplete: { tls.versions: [/x] }\n    name: it could',
      '/x',
      'got "/x"',
    ],
  ])('an unknown %s in a case has its place', async (_, from, to, place, words) => {
    edit(cases, from, to);
    const [line = ''] = await mistakes('.');
    expect(line).toContain(words);
    expect(line).toMatch(new RegExp(`^${placeOf(cases, place)} expected `.replaceAll('.', '\\.')));
  });

  test('an unknown key, and a kind of case that is missing', async () => {
    edit(cases, 'exceptions:', 'exception:');
    expect(await mistakes('.')).toEqual([
      `${placeOf(cases, 'exception:')} expected a known key in not-satisfied[0], got "exception"; did you mean "exceptions"?`,
    ]);
    edit(cases, 'exception:', 'exceptions:');
    edit(cases, /\nunseen:[\s\S]*/, '\n');
    expect(await mistakes('.')).toEqual([`${cases}:6:1 expected the key "unseen", got none`]);
  });

  test('a control that can be not applicable has to show it', async () => {
    const condition =
      'applies-when: { expression: \'"cde" in subject.tags\', otherwise: holds no card data }\nmessage:';
    edit(control, /^message:/m, condition);
    const all = await mistakes('.');
    expect(all[0]).toMatch(
      /expected not-applicable cases of a control that can be not applicable, got none$/,
    );
    const inScope = read(cases).replaceAll('  - name:', '  - subject: { tags: [cde] }\n    name:');
    write(
      cases,
      `${inScope}not-applicable:\n  - { name: another system, facts: { tls.versions: unseen } }\n`,
    );
    expect(await run('controls', 'test', '.')).toMatchObject({
      exitCode: 0,
      stdout: '1 control, 4 cases, no mistakes\n',
    });
  });

  test('a control without cases, and cases without a control', async () => {
    const other = 'tests/controls/tls/tls.cert.other.yaml';
    write(other, read(cases));
    writeFileSync(
      join(cwd, control.replace('mine', 'lonely')),
      read(control).replaceAll(id, 'tls.cert.lonely'),
    );
    expect(await mistakes('.')).toEqual([
      expect.stringMatching(
        /^controls\/tls\/tls\.cert\.lonely\.yaml:\d+:5 expected its cases at tests\/controls\/tls\/tls\.cert\.lonely\.yaml, got none$/,
      ),
      `${other}:1:1 expected a control of this name, got none`,
    ]);
  });

  test('--mutate tells of what nothing moves', async () => {
    edit(control, '== "accepted"', '== "accepted" && (tls.versions["TLSv1.2"] == "accepted" || true)');
    edit(cases, '"TLSv1.3":"accepted"', '"TLSv1.2":"accepted","TLSv1.3":"accepted"');
    edit(cases, '"TLSv1.3":"refused"', '"TLSv1.2":"accepted","TLSv1.3":"refused"');
    expect((await run('controls', 'test', '.')).exitCode).toBe(0);
    expect(await mistakes('.', '--mutate')).toEqual([
      expect.stringMatching(
        /^controls\/tls\/tls\.cert\.mine\.yaml:\d+:\d+ expected a case in which a change of tls\.versions\["TLSv1\.2"\] moves the verdict, got none in \d+ changes$/,
      ),
    ]);
  });
});

describe.each(['lint', 'test'])('controls %s, given something bad', (command) => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map(tenfold)].join('\n');

  function tenfold(name: string): string {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`;
  }

  const nested = `${'('.repeat(2_000)}tls.versions["TLSv1.3"] == "accepted"${')'.repeat(2_000)}`;

  test.each<[string, (text: string) => string | Uint8Array, RegExp]>([
    [
      'a bomb',
      (text) => `${text}\n${bomb}\n`,
      /:\d+:\d+ expected aliases for at most 10000 values, got more/,
    ],
    [
      'a circle',
      (text) => `${text}\nx: &x [*x]\n`,
      /:\d+:8 expected an alias to something complete, got a circle/,
    ],
    [
      '10 MB',
      (text) => `${text}\n#${'x'.repeat(10_000_000)}\n`,
      /:1:1 expected at most 1048576 characters, got/,
    ],
    [
      '20 MB',
      (text) => `${text}\n#${'x'.repeat(20_000_000)}\n`,
      /expected a control at .*, got more than 16777216 bytes/,
    ],
    [
      'nested YAML',
      (text) => `${text}\nx: ${'['.repeat(9_000)}`,
      /:\d+:\d+ expected at most 64 levels of nesting/,
    ],
    ['a list, where bool is due', withExpect('[true]'), /:\d+:\d+ expected .*bool.*got/],
    [
      'a text, where bool is due',
      withExpect('tls.versions["TLSv1.3"]'),
      /:\d+:\d+ expected bool, got string/,
    ],
    ['a list of a fact', withExpect('tls.leaf.certificates'), /:\d+:\d+ expected bool, got list</],
    ['a nested assertion', withExpect(nested), /:\d+:\d+ expected .*got.*/],
    [
      'three nested quantifiers',
      withExpect(
        'tls.leaf.certificates.all(a, tls.leaf.certificates.all(b, tls.leaf.certificates.all(c, a.serial == c.serial)))',
      ),
      /:\d+:\d+ expected at most 2 nested comprehensions, got one more/,
    ],
    ['an endless conjunction', withExpect(Array(60_000).fill('true').join(' && ')), /:\d+:\d+ expected /],
    [
      'an unknown key',
      (text) => `${text}\nsevrity: low\n`,
      /:\d+:1 expected .*got "sevrity"; did you mean "severity"\?/,
    ],
    ['an unknown folder', withExpect('tsl.versions["TLSv1.3"] == "accepted"'), /tsl; did you mean "tls"\?/],
    [
      'an unknown field',
      withExpect('tls.leaf.certificates.all(c, c.matchHost)'),
      /matchHost; did you mean "matchesHost"\?/,
    ],
    [
      'an unknown fact',
      withExpect('tls.versoins["TLSv1.3"] == "accepted"'),
      /:\d+:\d+ expected .*versoins; did you mean "versions"\?/,
    ],
    [
      'a text that a field never holds',
      withExpect('tls.versions["TLSv1.0"] != "acepted"'),
      /:\d+:\d+ expected one of accepted, .*, got "acepted"; did you mean "accepted"\?/,
    ],
    ['bytes that are no text', () => Buffer.from('id: \xe9\n', 'latin1'), /:1:\d expected UTF-8/],
    ['nothing', () => '', /:1:1 expected the file to be a mapping .*, got nothing/],
  ])('%s: its place, exit 2, and nothing that passes', async (_, change, words) => {
    await run('controls', 'new', id);
    write(control, change(read(control)));
    const { exitCode, stdout, stderr } = await run('controls', command, '.');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr).toContain(control);
    expect(stderr.length).toBeLessThan(2_000);
  });

  function withExpect(expectation: string): (text: string) => string {
    return (text) => text.replace(/^expect: >-\n.*$/m, `expect: >-\n  ${expectation}`);
  }
});
