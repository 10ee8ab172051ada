import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkConfiguration } from '../../src/cli/configuration.ts';
import { findConfiguration } from '../../src/cli/configuration-file.ts';
import { foldersIn, type Library, loadLibrary } from '../../src/cli/library.ts';
import { applyTailoring, narrowedSelection } from '../../src/cli/tailored-selection.ts';
import type { Tailoring } from '../../src/model/index.ts';
import { assay, removeFolders, temporaryFolder, terminal } from './terminal.ts';

let cwd: string;
let library: Library;
beforeAll(async () => {
  library = await loadLibrary();
});
beforeEach(() => {
  cwd = temporaryFolder();
});
afterAll(removeFolders);

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

async function configuration(more: string) {
  write('assay.yaml', `targets: [{ id: web, url: "https://127.0.0.1:1" }]\n${more}\n`);
  const found = await findConfiguration(undefined, terminal({ cwd }).io);
  return found && checkConfiguration(found, library, new Date('2026-11-20T10:00:00Z'));
}

async function refused(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await assay(argv, { cwd });
  expect([exitCode, stdout]).toEqual([2, '']);
  return stderr;
}

describe('profiles', () => {
  test('are relative to the file that names them; a chain applies from the general to the special', async () => {
    write(
      'profiles/cards.yaml',
      'id: cards\ntitle: C\nextends: ../common/base.yaml\nselect: { controls: [tls] }\n',
    );
    write(
      'common/base.yaml',
      'id: base\ntitle: B\nparams: { tls.cert.key-strength: { rsaBits: { value: 3072, reason: p } } }\n',
    );
    const read = await configuration('profile: profiles/cards.yaml');
    expect(read?.tailored.tailoring?.profiles.map(({ id }) => id)).toEqual(['base', 'cards']);
    expect(read?.config.params).toMatchObject([{ origin: 'profile', of: 'base', value: 3072 }]);
  });

  test('a circle, a file that is not there, another encoding: each with its place', async () => {
    write('a.yaml', 'id: a\ntitle: A\nextends: b.yaml\n');
    write('b.yaml', 'id: b\ntitle: B\nextends: a.yaml\n');
    await expect(configuration('profile: a.yaml')).rejects.toThrow(
      'b.yaml:3:10 expected profiles that end somewhere, got a circle: a extends b extends a (it begins at a.yaml:3:10)',
    );
    write('c.yaml', 'id: c\ntitle: C\nextends: c.yaml\n');
    await expect(configuration('profile: c.yaml')).rejects.toThrow(
      'c.yaml:3:10 expected profiles that end somewhere, got a circle: c extends c (it begins at c.yaml:3:10)',
    );
    await expect(configuration('profile: [none.yaml]')).rejects.toThrow(
      'expected a profile at none.yaml, got ENOENT',
    );
    write('latin.yaml', Buffer.from('id: c\ntitle: größe\n', 'latin1'));
    await expect(configuration('profile: latin.yaml')).rejects.toThrow('latin.yaml:2:10 expected UTF-8, got');
  });

  test('select and exclude; what one of several selects is selected', () => {
    const select = { profile: 'p', frameworks: [], controls: [], severity: 'low' } as const;
    const kept = (tailoring: Partial<Tailoring>) =>
      applyTailoring(library.controls, { profiles: [], selects: [select], excluded: [], ...tailoring }).map(
        ({ source }) => source.control.id,
      );
    const everything = library.controls.map(({ source }) => source.control.id);
    expect(applyTailoring(library.controls, undefined)).toBe(library.controls);
    expect(kept({})).toEqual(everything);
    const one = 'tls.protocol.tls13-offered';
    const exclusion = { control: one, title: '', reason: 'r', profile: 'p', requirements: [] };
    expect(kept({ excluded: [exclusion] })).toEqual(everything.filter((id) => id !== one));
    const tls = kept({ selects: [{ ...select, controls: ['tls'] }] });
    expect(tls.every((id) => id.startsWith('tls.'))).toBe(true);
    const both = kept({
      selects: [
        { ...select, controls: ['tls'] },
        { ...select, controls: ['postgres.tls'] },
      ],
    });
    expect(both.length).toBeGreaterThan(tls.length);
    expect(both.every((id) => /^(?:tls|postgres\.tls)\./.test(id))).toBe(true);
    const critical = kept({ selects: [{ ...select, severity: 'critical', frameworks: ['hipaa'] }] });
    expect(critical.length).toBeLessThan(everything.length);
    expect(() => kept({ selects: [{ ...select, controls: [one] }], excluded: [exclusion] })).toThrow(
      'expected profiles that leave a control',
    );
  });

  test('frameworks of profiles are the audits, where nothing else names any', () => {
    const selection = { frameworks: [], controls: [], tags: [], severity: 'low' } as const;
    const select = { profile: 'p', frameworks: ['hipaa'], controls: [], severity: 'low' } as const;
    const tailoring = { profiles: [], selects: [select], excluded: [] };
    expect(narrowedSelection(selection, [], tailoring).frameworks).toEqual(['hipaa']);
    const asked = { ...selection, frameworks: ['gdpr'] };
    expect(narrowedSelection(asked, [], tailoring)).toBe(asked);
    expect(narrowedSelection(selection, [{ framework: 'gdpr', boundaryTags: [] }], tailoring)).toBe(
      selection,
    );
    const open = { ...tailoring, selects: [select, { ...select, frameworks: [] }] };
    expect(narrowedSelection(selection, [], open)).toBe(selection);
  });
});

const id = 'tls.house.old-off';
const ours = readFileSync('controls/tls/tls.protocol.tls10-tls11-refused.yaml', 'utf8');
const own = `${ours.replace(/^id: .*/m, `id: ${id}`).replace(/^satisfies:[\s\S]*/m, '')}satisfies:
  house:
    - { id: H1.1, strength: supporting }
`;
const house = `id: house
title: House rules
version: "1"
source: us
copyright: us
roles: [everyone]
requirements:
  - { id: H1, title: Encryption, section: "1", kind: section, testability: rollup }
  - { id: H1.1, parent: H1, title: Old versions are off, section: "1", kind: obligation, testability: manual, evidence: a look }
`;

function writeLibrary(folder = 'ours'): void {
  write(`${folder}/controls/tls/${id}.yaml`, own);
  write(`${folder}/frameworks/house.yaml`, house);
}

describe('controls and frameworks of one’s own', () => {
  test('join those of assay, below controls/ or without it', async () => {
    writeLibrary();
    write(`bare/tls/${id}.yaml`, own);
    write('bare/frameworks/house.yaml', house);
    for (const folder of ['ours', 'bare']) {
      const { controls, frameworks } = await loadLibrary(foldersIn(cwd, [folder]));
      expect(controls.map(({ source }) => source.control.id)).toContain(id);
      expect(controls).toHaveLength(library.controls.length + 1);
      expect(frameworks.map((one) => one.id)).toContain('house');
    }
    const listed = await assay(['controls', 'list', '--controls', 'ours', '--framework', 'house'], { cwd });
    expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(id) });
    expect(listed.stdout.trimEnd().split('\n')).toHaveLength(1);
    const shown = await assay(['controls', 'show', id, '--controls', 'ours'], { cwd });
    expect(shown.stdout).toContain(`ours/controls/tls/${id}.yaml`);
    expect(await refused('controls', 'show', id)).toContain('expected a control, got');
    const list = await assay(['frameworks', 'list', '--controls', 'ours'], { cwd });
    expect(list.stdout).toContain('house');
    const requirement = await assay(['frameworks', 'show', 'house', 'H1.1', '--controls', 'ours'], { cwd });
    expect(requirement).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Old versions are off'),
    });
    expect(await refused('frameworks', 'show', 'house')).toContain('got "house"');
  });

  test('an id of ours is refused, with both places', async () => {
    write('ours/controls/tls/tls.protocol.tls13-offered.yaml', own.replace(id, 'tls.protocol.tls13-offered'));
    write('ours/frameworks/house.yaml', house);
    expect(await refused('controls', 'list', '--controls', 'ours')).toContain(
      'ours/controls/tls/tls.protocol.tls13-offered.yaml:1:5 expected an id of its own, got "tls.protocol.tls13-offered" (also at controls/tls/tls.protocol.tls13-offered.yaml:1:5)',
    );
  });

  test('two frameworks with one id are refused, with both places', async () => {
    write('ours/frameworks/hipaa.yaml', house.replace('id: house', 'id: hipaa'));
    expect(await refused('controls', 'list', '--controls', 'ours')).toMatch(
      /ours\/frameworks\/hipaa\.yaml:1:5 expected an id of its own, got "hipaa" \(also at controls\/frameworks\/hipaa\.yaml:\d+:5\)/,
    );
    rmSync(join(cwd, 'ours'), { recursive: true });
    writeLibrary('ours');
    cpSync(join(cwd, 'ours/frameworks'), join(cwd, 'theirs/frameworks'), { recursive: true });
    expect(await refused('controls', 'list', '--controls', 'ours', '--controls', 'theirs')).toContain(
      'theirs/frameworks/house.yaml:1:5 expected an id of its own, got "house" (also at ours/frameworks/house.yaml:1:5)',
    );
  });

  test.each<[string, string, string | Buffer, string]>([
    [
      'a file of another name',
      'ours/controls/tls/other.yaml',
      own,
      `other.yaml:1:5 expected the id of the file's name and folder (tls/${id}.yaml)`,
    ],
    [
      'a framework of another name',
      'ours/frameworks/home.yaml',
      house,
      `home.yaml:1:5 expected the id of the file's name, got "house"`,
    ],
    [
      'an unknown field',
      `ours/controls/tls/${id}.yaml`,
      own.replace('\nseverity:', '\nseverty:'),
      '"severty"; did you mean "severity"?',
    ],
    [
      'a requirement that is not there',
      `ours/controls/tls/${id}.yaml`,
      own.replace('H1.1', 'H1.2'),
      'expected a requirement of house, got "H1.2"; did you mean',
    ],
    [
      'ten megabytes',
      `ours/controls/tls/${id}.yaml`,
      Buffer.alloc(10_485_760, 'x'),
      'expected at most 1048576 characters, got 10485760',
    ],
    [
      'a hundred megabytes',
      `ours/controls/tls/${id}.yaml`,
      Buffer.alloc(104_857_600, 'x'),
      'got more than 16777216 bytes',
    ],
    [
      'Latin-1',
      `ours/controls/tls/${id}.yaml`,
      Buffer.from(own.replace('title: ', 'title: ö'), 'latin1'),
      '.yaml:3:8 expected UTF-8, got the byte 0xF6',
    ],
  ])('%s is refused', async (_, path, text, words) => {
    writeLibrary();
    write(path, text);
    expect(await refused('controls', 'list', '--controls', 'ours')).toContain(words);
  });

  test.each<[string, string, string, string]>([
    [
      'an extension in capitals',
      'ours/controls/tls/tls.house.more.YAML',
      own,
      'ours/controls/tls/tls.house.more.YAML:1:5 expected the id',
    ],
    [
      'a folder that is misspelt',
      `ours/contorls/tls/${id}.yaml`,
      own,
      `ours/contorls/tls/${id}.yaml:1:1 expected a control in controls/<segment>/<id>.yaml`,
    ],
    [
      'a folder of frameworks that is misspelt',
      'ours/framework/home.yml',
      house,
      'ours/framework/home.yml:1:1 expected a framework in frameworks/<id>.yaml',
    ],
    ['a control at the top', `ours/${id}.yaml`, own, `ours/${id}.yaml:1:1 expected a control in`],
    [
      'a control at the top of controls/',
      `ours/controls/${id}.yaml`,
      own,
      `ours/controls/${id}.yaml:1:5 expected the id`,
    ],
    [
      'a control at the top, without controls/',
      `bare/${id}.yaml`,
      own,
      `bare/${id}.yaml:1:1 expected a control in`,
    ],
  ])('%s is refused, by a scan and by lint', async (_, path, text, words) => {
    writeLibrary();
    write(`bare/tls/${id}.yaml`, own);
    write('bare/frameworks/house.yaml', house);
    write(path, text.replace(id, path.endsWith('.YAML') ? 'tls.house.more' : id));
    const [folder = ''] = path.split('/');
    expect(await refused('controls', 'list', '--controls', folder)).toContain(words);
    expect(await refused('controls', 'lint', folder)).toContain(words);
  });

  test('what else belongs beside them, or to other programs, may lie there', async () => {
    writeLibrary();
    write('ours/assay.yaml', 'targets: [{ id: web, url: "https://127.0.0.1:1" }]\n');
    write('ours/org-controls.yaml', 'own-controls:\n  - { id: N-1, requirements: { hipaa: [x] } }\n');
    write('ours/profiles/cards.yaml', 'id: cards\ntitle: C\n');
    write(`ours/tests/controls/tls/${id}.yaml`, 'satisfied: []\n');
    write('ours/deploy/compose.yml', 'services: {}\n');
    write('ours/bundles/one/bagit.txt', 'BagIt-Version: 1.0\n');
    write(`ours/bundles/one/data/controls/${id}.yaml`, own);
    expect(await assay(['controls', 'lint', 'ours'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: '1 control, 1 framework, no mistakes\n',
    });
    expect((await assay(['controls', 'list', '--controls', 'ours'], { cwd })).exitCode).toBe(0);
  });

  test('a folder without any, and none at all, are refused', async () => {
    mkdirSync(join(cwd, 'empty'));
    expect(await refused('controls', 'list', '--controls', 'empty')).toContain(
      'expected controls/<segment>/<id>.yaml or frameworks/<id>.yaml in empty, got none',
    );
    expect(await refused('controls', 'list', '--controls', 'none')).toContain('at none, got ENOENT');
  });
});

describe('own controls', () => {
  test('come with the scope, as YAML or CSV', async () => {
    write(
      'own.csv',
      '\ufeffid,wording,owner,frequency,controls\r\nN-1,Encrypted,@net,daily,tls.protocol\r\n',
    );
    const read = await configuration('own-controls: own.csv');
    expect(read?.tailored.ownControls).toMatchObject([{ id: 'N-1', owner: '@net', requirements: [] }]);
    expect(read?.tailored.ownControls?.[0]?.controls.length).toBeGreaterThan(2);
  });

  test('in another encoding are refused with the place', async () => {
    write('own.csv', Buffer.from('\ufeffid,wording', 'utf16le'));
    await expect(configuration('own-controls: own.csv')).rejects.toThrow(
      'own.csv:1:1 expected UTF-8, got UTF-16',
    );
  });
});
