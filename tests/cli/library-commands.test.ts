import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, removeFolders, temporaryFolder } from './terminal.ts';

const id = 'tls.protocol.tls10-tls11-refused';
const file = `controls/tls/${id}.yaml`;

const own = 'tls.house.old-refused';

let cwd: string;
beforeAll(() => {
  cwd = temporaryFolder();
  mkdirSync(join(cwd, 'own/tls'), { recursive: true });
  mkdirSync(join(cwd, 'empty'));
  writeFileSync(
    join(cwd, `own/tls/${own}.yaml`),
    readFileSync(file, 'utf8').replace(`id: ${id}`, `id: ${own}`),
  );
});
afterAll(removeFolders);

async function data(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await assay(argv, { cwd });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

async function refusal(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await assay(argv, { cwd });
  expect([exitCode, stdout]).toEqual([2, '']);
  return stderr;
}

describe('controls', () => {
  test('list: one a line, and the same as JSON', async () => {
    const lines = (await data('controls', 'list')).trimEnd().split('\n');
    const listed: { id: string }[] = JSON.parse(await data('controls', 'list', '--json'));
    expect(lines.map((line) => line.split(' ')[0])).toEqual(listed.map((control) => control.id));
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^${id} +high +TLS 1\\.0 and TLS 1\\.1 are refused$`)),
    );
  });

  test('list --framework: only those that are evidence toward it', async () => {
    const every: { satisfies: object }[] = JSON.parse(await data('controls', 'list', '--json'));
    const linked = JSON.parse(await data('controls', 'list', '--framework', 'hipaa', '--json'));
    expect(linked).toEqual(every.filter(({ satisfies }) => 'hipaa' in satisfies));
    expect(linked.length).toBeLessThan(every.length);
    expect(await refusal('controls', 'list', '--framework', 'gdrp')).toContain('did you mean "gdpr"?');
  });

  test('show: what it tests and what that does not prove; a group by the beginning of its ids', async () => {
    const one = await data('controls', 'show', id);
    for (const part of [
      'control ',
      'reads ',
      'expects ',
      'param refused',
      'proves ',
      'does not prove ',
      'fix (',
    ])
      expect(one).toContain(`\n${part}`.replace('\ncontrol', 'control'));
    expect((await data('controls', 'show', 'tls.protocol')).match(/^control /gm)?.length).toBeGreaterThan(2);
    expect(JSON.parse(await data('controls', 'show', id, '--json'))).toMatchObject([
      { id, severity: 'high' },
    ]);
    expect(await refusal('controls', 'show', `${id}s`)).toContain(`did you mean "${id}"?`);
  });

  test('lint: the library, a folder, a file', async () => {
    expect(await data('controls', 'lint')).toMatch(/^\d+ controls, no mistakes\n$/);
    expect(await data('controls', 'lint', 'own')).toBe('1 control, no mistakes\n');
    expect(await data('controls', 'lint', join(cwd, 'own/tls', `${own}.yaml`))).toBe(
      '1 control, no mistakes\n',
    );
    const whole = await data('controls', 'lint');
    expect(await data('controls', 'lint', resolve('controls'))).toBe(whole);
    expect(await data('controls', 'lint', resolve('controls/tls'))).toMatch(/^\d+ controls, no mistakes\n$/);
    expect(await data('controls', 'lint', resolve(file))).toBe('1 control, no mistakes\n');
  });

  test.each<[string, (text: string) => string]>([
    ['id', (text) => text],
    ['alias', (text) => text.replace(`id: ${id}`, `id: ${own}\naliases: [${id}]`)],
  ])('lint: an %s of assay is refused with both places, as by a scan', async (_, change) => {
    const text = change(readFileSync(file, 'utf8'));
    const [, name] = /^id: (.*)$/m.exec(text) ?? [];
    mkdirSync(join(cwd, `taken-${name}/tls`), { recursive: true });
    writeFileSync(join(cwd, `taken-${name}/tls/${name}.yaml`), text);
    const words = new RegExp(
      `^assay: taken-${name}/tls/${name}\\.yaml:\\d+:\\d+ expected an id of its own, got "${id}" \\(also at ${file}:1:5\\)`,
    );
    expect(await refusal('controls', 'lint', `taken-${name}`)).toMatch(words);
    expect(await refusal('controls', 'lint', `taken-${name}/tls`)).toMatch(words);
    expect(await refusal('controls', 'list', '--controls', `taken-${name}`)).toMatch(words);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      'a fact',
      (text) => text.replace('tls.versions[', 'tls.version['),
      /:\d+:35 expected .*version; did you mean "versions"\?/,
    ],
    [
      'a key',
      (text) => text.replace('\nseverity:', '\nseverty:'),
      /:\d+:1 expected .*"severty"; did you mean "severity"\?/,
    ],
    [
      'a severity',
      (text) => text.replace('severity: high', 'severity: hihg'),
      /:\d+:11 expected .*"hihg"; did you mean "high"\?/,
    ],
    ['YAML', (text) => `${text}\n  : [`, /:\d+:\d+ expected /],
    [
      'a requirement',
      (text) => text.replace(/id: 4\.2\.1\b/, 'id: 4.2.999'),
      /:\d+:\d+ expected .*4\.2\.999/,
    ],
    ['its name', (text) => text.replace(`id: ${own}`, 'id: tls.protocol.other'), /:\d+:\d+ expected /],
  ])('lint: a mistake in %s is told with its place', async (_, change, words) => {
    const before = readFileSync(file, 'utf8').replace(`id: ${id}`, `id: ${own}`);
    const after = change(before);
    expect(after).not.toBe(before);
    mkdirSync(join(cwd, 'bad/tls'), { recursive: true });
    writeFileSync(join(cwd, 'bad/tls', `${own}.yaml`), after);
    const stderr = await refusal('controls', 'lint', 'bad');
    expect(stderr).toMatch(words);
    expect(stderr).toContain(`assay: bad/tls/${own}.yaml:`);
  });

  test('lint: nothing there is a mistake too', async () => {
    expect(await refusal('controls', 'lint', 'nowhere')).toMatch(/control files at nowhere, got none/);
    expect(await refusal('controls', 'lint', 'empty')).toMatch(/frameworks\/<id>\.yaml in empty, got none/);
  });
});

describe('frameworks', () => {
  test('list: each with its denominator', async () => {
    const rows: { id: string; assessable: number }[] = JSON.parse(await data('frameworks', 'list', '--json'));
    expect(rows.map((row) => row.id)).toEqual(['gdpr', 'hipaa', 'pci-dss-4.0.1', 'soc2-2017']);
    const text = await data('frameworks', 'list');
    for (const row of rows) expect(text).toMatch(new RegExp(`^${row.id} +${row.assessable} assessable`, 'm'));
  });

  test('show: the whole tree below what it leaves out and what is in doubt', async () => {
    const text = await data('frameworks', 'show', 'pci-dss-4.0.1');
    const shown: { requirements: unknown[] } = JSON.parse(
      await data('frameworks', 'show', 'pci-dss-4.0.1', '--json'),
    );
    const [head = '', tree = ''] = text.split('\n\n');
    expect(head).toMatch(/^left out +The customised approach/m);
    expect(head).toMatch(/^in doubt +A3\.3\.1\.1 is A3\.3\.1\.2 /m);
    expect(tree.trimEnd().split('\n')).toHaveLength(shown.requirements.length);
    expect(tree).toMatch(/^ +4\.2\.1 {2}.*\(automated\) {2}\[\d+ of \d+ elements tested, \d+ controls\]$/m);
    expect(shown).toMatchObject({ leftOut: expect.any(Array), doubts: expect.any(Array) });
  });

  test('show: of one requirement what decides it, what nothing decides and what a person adds', async () => {
    const text = await data('frameworks', 'show', 'pci-dss-4.0.1', '4.2.1');
    expect(text).toMatch(
      /protocol-versions: .*\n(.*\n)* +tls-endpoint: tls\.protocol\.tls10-tls11-refused$/m,
    );
    expect(text).toMatch(/^not tested yet +protocol-versions, on mysql-server$/m);
    const json = await data('frameworks', 'show', 'pci-dss-4.0.1', '4.2.1', '--json');
    const shown: { requirements: { elements: object[] }[] } = JSON.parse(json);
    expect(shown.requirements).toHaveLength(1);
    expect(shown.requirements[0]?.elements).toContainEqual(
      expect.objectContaining({
        id: 'certificate-trust',
        decidedBy: [expect.objectContaining({ id: 'tls.cert.chain-trusted', kind: 'tls-endpoint' })],
        openOn: [],
      }),
    );
    expect(await data('frameworks', 'show', 'pci-dss-4.0.1', '11.3.1')).toMatch(
      /^tested +nothing yet\nnot tested yet +internal-scans: .*\na person shows +qualified-testers: /m,
    );
    const manual = await data('frameworks', 'show', 'pci-dss-4.0.1', '12.1.1');
    expect(manual).toMatch(/^tested +no test decides any of it\na person adds +document: policy/m);
  });

  test('what is not there is told with what was probably meant', async () => {
    expect(await refusal('frameworks', 'show', 'hippa')).toContain('did you mean "hipaa"?');
    const stderr = await refusal('frameworks', 'show', 'gdpr', 'Art.32(1)(aa)');
    expect(stderr).toMatch(
      /"Art\.32\(1\)\(aa\)"; did you mean "Art\.32\(1\)\([a-d]\)"\?[\s\S]*ERR_UNKNOWN_REQUIREMENT/,
    );
  });
});

describe('grants', () => {
  test('are SQL for the role, whatever its name', async () => {
    expect(await data('grants', 'postgres')).toContain('create role "assay" login nosuperuser');
    const odd = await data('grants', 'postgres', '--role', 'a"; drop table x; --');
    expect(odd).toContain('create role "a""; drop table x; --" login');
    expect(odd.replaceAll('"a""; drop table x; --"', '')).not.toContain('drop table');
  });

  test('for rds make no function over the password store', async () => {
    expect(await data('grants', 'postgres')).toContain('security definer');
    expect(await data('grants', 'postgres', '--platform', 'rds')).not.toContain('security definer');
    expect(await refusal('grants', 'postgres', '--platform', 'heroku')).toContain(
      'self-managed, rds, aurora',
    );
    expect(await refusal('grants', 'postgres', '--role', '')).toMatch(/ERR_ROLE/);
    const both = ['--check', 'postgres://a@h/db', '--role', 'x'];
    expect(await refusal('grants', 'postgres', ...both)).toContain('cannot be used with');
  });
});
