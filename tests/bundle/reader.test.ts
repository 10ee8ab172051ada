import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKey } from '../../src/bundle/keys.ts';
import { readBundle } from '../../src/bundle/reader.ts';
import { inputs, temporaryFolder, writeBundle } from './fixture.ts';

test('reads back what was written', async () => {
  const folder = temporaryFolder();
  const key = await createKey(join(folder, 'k.pem'));
  const { seal, assessment } = await writeBundle(join(folder, 'b'), key);
  const bundle = await readBundle(join(folder, 'b'));
  const { run, scope, overrides, controls, facts, frameworks } = inputs();
  expect(bundle.seal).toEqual(seal);
  expect(bundle.readRun()).toEqual(run);
  expect(bundle.readScope()).toEqual(scope);
  expect(bundle.readOverrides()).toEqual(overrides);
  expect(bundle.readFacts()).toEqual(facts);
  expect(bundle.readFrameworks()).toEqual(frameworks);
  expect(bundle.readControls()).toEqual(controls.map(({ file, text }) => ({ file, text })));
  expect(bundle.readAssessment()).toEqual(assessment);
});

test('sequences are in order, can be walked again and left early', async () => {
  const folder = join(temporaryFolder(), 'b');
  await writeBundle(folder);
  const bundle = await readBundle(folder);
  const order = ['pay~192.0.2.1', 'pay~2001:db8::1', 'web'];
  for (const _ of [1, 2]) {
    expect(Array.from(bundle.subjects(), ({ subject }) => subject.id)).toEqual(order);
    expect(Array.from(bundle.findings(), ({ subjectId }) => subjectId)).toEqual(order);
    expect(Array.from(bundle.log())).toHaveLength(2);
  }
  const [first] = bundle.findings();
  expect(first).toMatchObject({ reason: 'pass' });
  const [record] = bundle.subjects();
  expect(record?.observations.map(({ fact }) => fact)).toEqual(['tls.chain', 'tls.versions']);
  expect(record?.observations[1]?.evidence[0]).toMatchObject({
    ref: 'EV-00001',
    path: 'data/evidence/pay~192.0.2.1/EV-00001.txt',
    bytes: 20,
  });
});

test('what was altered is found when it is read, not before', async () => {
  const folder = join(temporaryFolder(), 'b');
  await writeBundle(folder);
  appendFileSync(join(folder, 'data/findings.ndjson'), 'x\n');
  writeFileSync(join(folder, 'data/run.json'), `${readFileSync(join(folder, 'data/run.json'), 'utf8')} `);
  const bundle = await readBundle(folder);
  const altered = expect.objectContaining({ code: 'ERR_VERIFY_ALTERED' });
  expect(() => bundle.readRun()).toThrow(altered);
  expect(bundle.readScope()).toMatchObject({ inventory: 'command-line' });
  expect(() => [...bundle.findings()]).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^ERR_VERIFY_/) }),
  );
});
