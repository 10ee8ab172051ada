import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Library, loadLibrary } from '../../src/cli/library.ts';
import { controlPaths, profileIds, sha256Hex } from '../../src/cli/package-files.ts';
import { applyTailoring } from '../../src/cli/tailored-selection.ts';
import { readProfiles } from '../../src/cli/tailoring.ts';
import { profilesNamed } from '../../src/cli/under-profiles.ts';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import { groups, signatureSchemes } from '../../src/tls/registry.ts';
import { assay, removeFolders, temporaryFolder, terminal } from './terminal.ts';

const ids = [
  'bsi-tr-02102-2-2026',
  'mozilla-intermediate-6.0',
  'mozilla-modern-6.0',
  'mozilla-old-5.8',
  'nist-sp-800-52r2',
  'pci-dss-4.0.1-tls',
];

let cwd: string;
let library: Library;
beforeAll(async () => {
  library = await loadLibrary();
});
beforeEach(() => {
  cwd = temporaryFolder();
});
afterAll(removeFolders);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

/** Profiles as the command line names them, against the library. */
function read(...names: readonly string[]) {
  const controls = library.controls.map(({ source }) => source.control);
  return readProfiles(profilesNamed(names, terminal({ cwd }).io), controls, library.frameworks);
}

describe('the profiles of assay', () => {
  test('are these, and none of them is taken for a control', async () => {
    expect(await profileIds()).toEqual(ids);
    expect((await controlPaths()).filter((path) => path.includes('profiles'))).toEqual([]);
  });

  test.each(ids)('%s: its names and values are known, and it says where it is from', async (id) => {
    const { tailoring, params } = await read(id);
    const text = readFileSync(`controls/profiles/${id}.yaml`, 'utf8');
    expect(tailoring.profiles).toEqual([{ id, title: expect.any(String), sha256: sha256Hex(text) }]);
    expect(text).toMatch(/^# Source: .*(?:20\d\d|https)/m);
    const selected = applyTailoring(library.controls, tailoring).map(({ source }) => source.control.id);
    expect(params.filter(({ control }) => !selected.includes(control))).toEqual([]);
    const named = tailoring.selects.flatMap(({ controls }) => controls);
    for (const name of named)
      expect(
        selected.some((each) => each.startsWith(name)),
        name,
      ).toBe(true);
  });

  test.each(ids)('%s: every suite, group and scheme is spelt as it is seen', async (id) => {
    const { params } = await read(id);
    const spelt: Readonly<Record<string, readonly string[]>> = {
      'tls.cipher.approved-suites': [...cipherSuites.values()],
      'tls.kex.curves': Object.keys(groups),
      'tls.kex.approved-signatures': Object.keys(signatureSchemes),
    };
    for (const { control, value } of params) {
      const known = spelt[control];
      if (known === undefined || !Array.isArray(value)) continue;
      expect(value.filter((name) => !known.includes(String(name)))).toEqual([]);
      expect(new Set(value).size).toBe(value.length);
    }
  });
});

describe('profiles are named', () => {
  test('by id, or by file: with an ending, or with a folder', async () => {
    write('own.yaml', 'id: own\ntitle: O\nextends: mozilla-intermediate-6.0\nselect: { severity: high }\n');
    write('folder/plain', 'id: plain\ntitle: P\n');
    const idsOf = async (...names: readonly string[]) =>
      (await read(...names)).tailoring.profiles.map(({ id }) => id);
    expect(await idsOf('nist-sp-800-52r2', 'own.yaml')).toEqual([
      'nist-sp-800-52r2',
      'mozilla-intermediate-6.0',
      'own',
    ]);
    expect(await idsOf('folder/plain')).toEqual(['plain']);
    const { selects } = (await read('own.yaml')).tailoring;
    expect(selects[0]).toMatchObject({ profile: 'own', severity: 'high' });
    expect(selects[0]?.controls).toContain('tls.kex.curves');
  });

  test('wrongly: what was probably meant, and where', async () => {
    await expect(read('mozila-modern-6.0')).rejects.toThrow(
      'expected a profile of assay or a file, got "mozila-modern-6.0"; did you mean "mozilla-modern-6.0"?',
    );
    write('own.yaml', 'id: own\ntitle: O\nextends: nist-sp-800-52\n');
    await expect(read('own.yaml')).rejects.toThrow(
      'own.yaml:3:10 expected a profile of assay or a file, got "nist-sp-800-52"; did you mean "nist-sp-800-52r2"?',
    );
    await expect(read('./nist-sp-800-52r2.yaml')).rejects.toThrow(
      'expected a profile at ./nist-sp-800-52r2.yaml, got ENOENT',
    );
  });

  test('in assay.yaml, with the place of each', async () => {
    const target = 'targets: [{ id: web, url: "tls://127.0.0.1:1" }]\n';
    write('assay.yaml', `${target}profile: [mozilla-modern-6.0, pci]\n`);
    const { exitCode, stderr } = await assay(['scan'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('assay.yaml:2:31 expected a profile of assay or a file, got "pci"');
    write('assay.yaml', `${target}profile: mozilla\n`);
    expect((await assay(['scan'], { cwd })).stderr).toContain('assay.yaml:2:10 expected a profile of assay');
  });

  test('another profile by the name of one of ours is refused', async () => {
    write('mine.yaml', 'id: mozilla-modern-6.0\ntitle: M\n');
    await expect(read('mine.yaml')).rejects.toThrow(
      'mine.yaml:1:5 expected an id of its own, got "mozilla-modern-6.0", which is a profile of assay',
    );
    await expect(
      read(join(process.cwd(), 'controls/profiles/mozilla-modern-6.0.yaml')),
    ).resolves.toBeDefined();
  });

  test('beside controls of one’s own, in a folder that is not read for controls', async () => {
    const text = readFileSync('controls/tls/tls.protocol.tls13-offered.yaml', 'utf8');
    write('ours/controls/tls/tls.house.new.yaml', text.replace(/^id: .*/m, 'id: tls.house.new'));
    write('ours/controls/profiles/house.yaml', 'id: house\ntitle: H\n');
    expect((await assay(['controls', 'lint', 'ours'], { cwd })).stdout).toBe('1 control, no mistakes\n');
    write('ours/controls/profiles/tls.house.newer.yaml', text);
    const { exitCode, stderr } = await assay(['controls', 'lint', 'ours'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('expected a control in controls/<segment>/<id>.yaml, got one that would not be');
  });
});

describe('assay profiles', () => {
  test('list', async () => {
    const { exitCode, stdout } = await assay(['profiles', 'list'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(ids.length);
    expect(stdout).toContain('mozilla-modern-6.0          Mozilla Server Side TLS 6.0, modern\n');
    const json = JSON.parse((await assay(['profiles', 'list', '--json'], { cwd })).stdout) as {
      id: string;
    }[];
    expect(json.map(({ id }) => id)).toEqual(ids);
  });

  test('show: what it rests on, selects and sets, and what is looser', async () => {
    const { stdout } = await assay(['profiles', 'show', 'mozilla-old-5.8'], { cwd });
    expect(stdout).toContain('                Source: https://ssl-config.mozilla.org/guidelines/5.8.json');
    expect(stdout).not.toContain('yaml-language-server');
    expect(stdout).toContain('selects         tls.kex.curves\n');
    expect(stdout).toContain(
      'sets            tls.kex.dh-parameters minimumBits = 1024\n' +
        '                in place of the default 2048, and looser: Mozilla Server Side TLS 5.8, old, dh_param_size\n',
    );
    expect(stdout).toContain('                the default: Mozilla Server Side TLS 5.8, old, rsa_key_size\n');
    write(
      'own.yaml',
      '# ours\nid: own\ntitle: O\nextends: nist-sp-800-52r2\nselect: { controls: [tls.kex] }\n' +
        'exclude: [{ control: tls.kex.pq-hybrid-offered, reason: not yet }]\n',
    );
    const own = JSON.parse((await assay(['profiles', 'show', './own.yaml', '--json'], { cwd })).stdout);
    expect(own).toMatchObject({
      id: 'own',
      notes: ['ours'],
      profiles: [{ id: 'nist-sp-800-52r2' }, { id: 'own', extends: 'nist-sp-800-52r2' }],
      excluded: [{ control: 'tls.kex.pq-hybrid-offered', reason: 'not yet' }],
    });
    expect(own.controls).toContain('tls.kex.dh-parameters');
    expect(own.controls).not.toContain('tls.kex.pq-hybrid-offered');
    const wrong = await assay(['profiles', 'show', 'bsi'], { cwd });
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, '']);
  });
});
