import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKey } from '../../src/bundle/keys.ts';
import { openBundle } from '../../src/bundle/writer.ts';
import type { CollectedObservation, EvidenceItem, Judge, Observation } from '../../src/model/index.ts';
import { collected, filesUnder, inputs, sha256, temporaryFolder, writeBundle } from './fixture.ts';

test('lays out the bundle, numbers evidence in the order of subjects and judges', async () => {
  const out = join(temporaryFolder(), 'b');
  const { seal, assessment, folder } = await writeBundle(out);
  expect(filesUnder(out)).toEqual([
    'VERIFY.txt',
    'bag-info.txt',
    'bagit.txt',
    'data/assessment.json',
    'data/controls/tls.protocol.old-refused.yaml',
    'data/evidence/pay~192.0.2.1/EV-00001.txt',
    'data/evidence/pay~192.0.2.1/EV-00002.bin',
    'data/evidence/pay~2001=3adb8=3a=3a1/EV-00003.txt',
    'data/evidence/pay~2001=3adb8=3a=3a1/EV-00004.bin',
    'data/evidence/web/EV-00005.txt',
    'data/evidence/web/EV-00006.bin',
    'data/findings.ndjson',
    'data/log/run.jsonl',
    'data/observations/pay~192.0.2.1.json',
    'data/observations/pay~2001=3adb8=3a=3a1.json',
    'data/observations/web.json',
    'data/params.json',
    'data/run.json',
    'data/schemas/tls.versions.json',
    'data/scope/scope.json',
    'manifest-sha256.txt',
    'tagmanifest-sha256.txt',
  ]);
  expect(folder).toBe(out);
  expect(seal).toEqual({
    fingerprint: sha256(readFileSync(join(out, 'tagmanifest-sha256.txt'))),
    signature: { kind: 'unsigned' },
  });
  expect(assessment).toEqual(JSON.parse(readFileSync(join(out, 'data/assessment.json'), 'utf8')));
  expect(assessment.counts).toMatchObject({ pass: 2, fail: 1 });
  expect(assessment.digests).toEqual({
    'data/findings.ndjson': sha256(readFileSync(join(out, 'data/findings.ndjson'))),
    'data/controls': inputs().run.controlSetSha256,
  });
  const subjects = readFileSync(join(out, 'data/findings.ndjson'), 'utf8').match(/"subjectId":"[^"]*"/g);
  expect(subjects).toEqual(['pay~192.0.2.1', 'pay~2001:db8::1', 'web'].map((id) => `"subjectId":"${id}"`));
  expect(readFileSync(join(out, 'data/evidence/web/EV-00005.txt'), 'utf8')).toBe('hello web\n');
});

test('facts of a subject that rest on the same bytes name one file', async () => {
  const out = join(temporaryFolder(), 'b');
  const bundle = await openBundle(out);
  await bundle.appendLog({ event: 'started', at: '2026-11-20T02:00:00.000Z' });
  for (const id of ['pay~192.0.2.1', 'pay~2001:db8::1', 'web']) {
    const record = collected(id);
    const [versions, chain] = record.observations as [CollectedObservation, CollectedObservation];
    const [transcript, raw] = versions.evidence as [EvidenceItem, EvidenceItem];
    const evidence = [
      { ...raw, title: 'raw chain' },
      { ...transcript, extension: 'log' },
    ];
    await bundle.spool({ ...record, observations: [versions, { ...chain, evidence }] });
  }
  await bundle.appendLog({ event: 'ended', at: '2026-11-20T02:00:00.000Z' });
  await bundle.seal(inputs());
  const { observations } = JSON.parse(readFileSync(join(out, 'data/observations/web.json'), 'utf8'));
  const named = observations.flatMap(({ evidence }: Observation) =>
    evidence.map(({ title, path }) => [title, path.replace('data/evidence/web/', '')]),
  );
  expect(named).toEqual([
    ['raw chain', 'EV-00007.bin'],
    ['transcript', 'EV-00008.log'],
    ['transcript', 'EV-00009.txt'],
    ['raw', 'EV-00007.bin'],
  ]);
  expect(filesUnder(join(out, 'data/evidence/web'))).toEqual([
    'EV-00007.bin',
    'EV-00008.log',
    'EV-00009.txt',
  ]);
});

test('the same scan gives the same bytes, whatever the order of arrival', async () => {
  const folder = temporaryFolder();
  const first = await writeBundle(join(folder, 'a'));
  const bundle = await openBundle(join(folder, 'b'));
  await bundle.appendLog({ event: 'started', at: '2026-11-20T02:00:00.000Z' });
  await bundle.appendLog({ event: 'ended', at: '2026-11-20T02:00:00.000Z' });
  const ids = ['pay~192.0.2.1', 'web', 'pay~2001:db8::1'];
  await Promise.all(ids.map((id) => bundle.spool(collected(id, id === 'web' ? 'accepted' : 'refused'))));
  const second = await bundle.seal(inputs());
  expect(second.seal).toEqual(first.seal);
  expect(filesUnder(join(folder, 'b')).map((path) => sha256(readFileSync(join(folder, 'b', path))))).toEqual(
    filesUnder(join(folder, 'a')).map((path) => sha256(readFileSync(join(folder, 'a', path)))),
  );
});

test('a signature leaves the payload as it is', async () => {
  const folder = temporaryFolder();
  const key = await createKey(join(folder, 'k.pem'));
  const { seal } = await writeBundle(join(folder, 'b'), key);
  const { seal: again } = await writeBundle(join(folder, 'c'), key);
  expect(seal.signature).toEqual({ kind: 'signed', keyId: key.keyId });
  expect(again).toEqual(seal);
  expect(readdirSync(join(folder, 'b/signatures'))).toEqual(['signer.pub.pem', 'statement.dsse.json']);
  expect(readFileSync(join(folder, 'b/bag-info.txt'), 'utf8')).toContain(`Assay-Signed-By: ${key.keyId}\n`);
});

test('an empty scan makes a bundle without folders for what is not there', async () => {
  const out = join(temporaryFolder(), 'b');
  await (await openBundle(out)).seal(inputs());
  expect(readdirSync(join(out, 'data')).sort()).toEqual([
    'assessment.json',
    'controls',
    'findings.ndjson',
    'log',
    'params.json',
    'run.json',
    'schemas',
    'scope',
  ]);
});

test.each([
  ['a folder', (out: string) => mkdirSync(out)],
  ['a file', (out: string) => writeFileSync(out, '')],
  ['a link that leads nowhere', (out: string) => symlinkSync('/nowhere', out)],
  ['an unfinished bundle', (out: string) => mkdirSync(`${out}.partial`)],
])('refuses to write over %s', async (_, make) => {
  const folder = temporaryFolder();
  make(join(folder, 'b'));
  const before = readdirSync(folder);
  await expect(openBundle(join(folder, 'b'))).rejects.toMatchObject({ code: 'ERR_OUTPUT_EXISTS' });
  expect(readdirSync(folder)).toEqual(before);
});

test('what appears at the place while scanning is not replaced', async () => {
  const folder = temporaryFolder();
  const bundle = await openBundle(join(folder, 'b'));
  mkdirSync(join(folder, 'b'));
  await expect(bundle.seal(inputs())).rejects.toMatchObject({ code: 'ERR_OUTPUT_EXISTS' });
  expect(readdirSync(folder)).toEqual(['b']);
});

test.each([
  ['is not there', (folder: string) => join(folder, 'none/b'), 'ENOENT'],
  ['is a file', (folder: string) => join(folder, 'file/b'), 'ENOTDIR'],
  ['cannot be written to', () => '/proc/b', 'ENOENT'],
])('a parent that %s is an error of the output', async (_, place, code) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const error = await openBundle(place(folder)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'ERR_OUTPUT', remedy: expect.stringContaining('--out') });
  expect(String(error)).toContain(code);
});

test('a step that fails leaves nothing', async () => {
  const folder = temporaryFolder();
  const bundle = await openBundle(join(folder, 'b'));
  writeFileSync(join(folder, 'b.partial/data/findings.ndjson'), '');
  await expect(bundle.seal(inputs())).rejects.toMatchObject({ code: 'ERR_OUTPUT' });
  expect(readdirSync(folder)).toEqual([]);
});

test('a defect of the judge is thrown as it is, and leaves nothing', async () => {
  const folder = temporaryFolder();
  const bundle = await openBundle(join(folder, 'b'));
  await bundle.spool(collected('web'));
  const judge: Judge = {
    subject: () => {
      throw new RangeError('defect');
    },
    finish: () => expect.fail('finished after a defect'),
  };
  await expect(bundle.seal({ ...inputs(), judge })).rejects.toThrow(RangeError);
  expect(readdirSync(folder)).toEqual([]);
});

test('a run that names another control set is a defect', async () => {
  const bundle = await openBundle(join(temporaryFolder(), 'b'));
  const { run, ...rest } = inputs();
  const other = { ...run, controlSetSha256: 'a'.repeat(64) };
  await expect(bundle.seal({ ...rest, run: other })).rejects.toThrow('control set');
});

test('one subject cannot be spooled twice', async () => {
  const bundle = await openBundle(join(temporaryFolder(), 'b'));
  await bundle.spool(collected('web'));
  await expect(bundle.spool(collected('web'))).rejects.toThrow('expected one record of web');
});

test('giving up leaves nothing', async () => {
  const folder = temporaryFolder();
  const bundle = await openBundle(join(folder, 'b'));
  await bundle.spool(collected('web'));
  await bundle.discard();
  expect(readdirSync(folder)).toEqual([]);
});
