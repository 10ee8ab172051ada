import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, lastLine } from '../cli/terminal.ts';
import { type Scanned, type Site, scan, startSite } from './scanning.ts';

const refused = 'tls.protocol.tls10-tls11-refused';
const house = 'tls.house.old-off';
const base = `id: base
title: Everywhere
exclude: [{ control: tls.protocol.tls13-offered, reason: "middleboxes, RISK-1" }]
params:
  ${refused}: { refused: { value: [TLSv1.0, TLSv1.1, TLSv1.2], reason: policy } }
`;

let site: Site;
let scanned: Scanned;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(site.folder, path)), { recursive: true });
  writeFileSync(join(site.folder, path), text);
}

beforeAll(async () => {
  site = await startSite();
  const control = readFileSync(`controls/tls/${refused}.yaml`, 'utf8')
    .replace(/^id: .*/m, `id: ${house}`)
    .replace(/^satisfies:[\s\S]*/m, 'satisfies: { house: [{ id: H1, strength: supporting }] }\n');
  write(`ours/controls/tls/${house}.yaml`, control);
  write(
    'ours/frameworks/house.yaml',
    'id: house\ntitle: House rules\nversion: "1"\nsource: us\ncopyright: us\nroles: [everyone]\nrequirements:\n' +
      '  - { id: H1, title: Old versions are off, section: "1", kind: obligation, testability: manual, evidence: a look }\n',
  );
  write('profiles/base.yaml', base);
  write(
    'profiles/cards.yaml',
    'id: cards\ntitle: Cards\nextends: base.yaml\nselect: { controls: [tls.protocol, tls.house] }\n',
  );
  write(
    'org.csv',
    `id,wording,owner,frequency,requirements,controls\nN-1,=1+1,@net,daily,house H1,tls.house\n`,
  );
  write(
    'assay.yaml',
    `system: shop
profile: profiles/cards.yaml
controls: [ours]
own-controls: org.csv
audits: [{ framework: house }, { framework: pci-dss-4.0.1 }]
targets:
  - { id: strong, url: "tls://127.0.0.1:${site.hardened}", ca: ca.pem }
  - { id: weak, url: "tls://127.0.0.1:${site.weak}", tags: [old] }
params:
  tags: { old: { ${refused}: { refused: { value: [TLSv1.0], reason: "readers, RISK-2" } } } }
`,
  );
  scanned = await scan(site, []);
}, 60_000);
afterAll(() => site.stop());

const paramsOf = (subject: string) =>
  scanned.findings.find(({ controlId, subjectId }) => controlId === refused && subjectId === subject)?.params;

describe('a tailored scan', () => {
  test('judges by the controls that the profiles leave, and by its own', () => {
    const ids = scanned.assessment.controls.map(({ id }) => id);
    expect(ids).toContain(house);
    expect(ids.filter((id) => !/^tls\.(?:protocol|house)\./.test(id))).toEqual([]);
    expect(ids).not.toContain('tls.protocol.tls13-offered');
    expect(scanned.assessment.audits.map(({ audit }) => audit.framework)).toEqual(['house', 'pci-dss-4.0.1']);
    expect(scanned.findings.find(({ controlId }) => controlId === house)?.requirements).toEqual([
      { framework: 'house', id: 'H1', strength: 'supporting' },
    ]);
  });

  test('records the profiles, what they leave out, and each parameter’s origin', () => {
    expect(scanned.assessment.scope.tailoring).toMatchObject({
      profiles: [
        { id: 'base', sha256: createHash('sha256').update(base).digest('hex') },
        { id: 'cards', extends: 'base' },
      ],
      excluded: [{ control: 'tls.protocol.tls13-offered', reason: 'middleboxes, RISK-1', profile: 'base' }],
    });
    const value = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'];
    expect(paramsOf('strong')?.['refused']).toEqual({ value, origin: 'profile', reason: 'policy' });
    expect(paramsOf('weak')?.['refused']).toEqual({
      ...{ value: ['TLSv1.0'], origin: 'tag', reason: 'readers, RISK-2', looser: true },
    });
    expect(scanned.assessment.looser).toMatchObject([{ of: 'old', param: 'refused', subjects: 1 }]);
    expect(scanned.stdout).toContain('tailored: 1 looser parameter, 1 test left out');
  });

  test('has no requirement without exceptions', () => {
    for (const { states } of scanned.assessment.audits) expect(states['no-exceptions']).toBe(0);
  });

  test('is verified, with controls and framework of one’s own in the bundle', async () => {
    const verified = await assay(['verify', scanned.bundle]);
    expect([verified.exitCode, verified.stderr]).toEqual([0, '']);
    const source = readFileSync(join(site.folder, `ours/controls/tls/${house}.yaml`), 'utf8');
    expect(readFileSync(join(scanned.bundle, `data/controls/${house}.yaml`), 'utf8')).toBe(source);
    expect(readFileSync(join(scanned.bundle, 'data/frameworks/house.json'), 'utf8')).toContain(
      'Old versions',
    );
    expect((await assay(['evaluate', scanned.bundle, '--json'])).stderr).toContain('the same as recorded');
  });

  test('is reported in the order of the own controls', async () => {
    const { exitCode, stdout } = await assay(['report', scanned.bundle, '--order', 'own-controls']);
    expect(exitCode).toBe(0);
    expect(stdout.indexOf('N-1: =1+1 (@net, daily)')).toBeLessThan(stdout.indexOf('under no own control'));
    const files = await assay(['report', scanned.bundle, '--order', 'own-controls', '-f', 'html,pdf,json']);
    expect(files.exitCode).toBe(0);
    expect(readFileSync(`${scanned.bundle}.html`, 'utf8')).toContain('N-1: =1+1');
  });
});

test('--controls does without a file; a bundle without own controls cannot be ordered by them', async () => {
  const url = `tls://127.0.0.1:${site.hardened}`;
  write('elsewhere/empty.txt', '');
  const options = { cwd: join(site.folder, 'elsewhere') };
  const one = await scan(
    site,
    [url, '--ca', '../ca.pem', '--controls', '../ours', '--control', 'tls.house'],
    options,
  );
  expect(one.findings.map(({ controlId, reason }) => [controlId, reason])).toEqual([[house, 'pass']]);
  expect(one.assessment.scope.tailoring).toBeUndefined();
  const ended = await assay(['report', one.bundle, '--order', 'own-controls']);
  expect([ended.exitCode, lastLine(ended.stderr)]).toEqual([
    2,
    expect.stringContaining('ERR_NO_OWN_CONTROLS'),
  ]);
});
