import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord, EvidenceItem } from '../../src/model/index.ts';
import { postgresFacts } from '../../src/postgres/facts/index.ts';
import { derivations } from '../../src/postgres/rederive.ts';
import { parseStoredAnswer, storedAnswers } from '../../src/postgres/stored-answers.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { hardenedTarget, startHardened, startWeak, weakNetworkTarget } from '../postgres/clusters/index.ts';
import { fileWith, look, seen, stopAll } from '../postgres/looking.ts';
import { neverSeen } from '../postgres/major.ts';
import { forgedEvidence, forgedValue, rejudged } from '../verify/forging.ts';

let weak: PostgresServer;
let hardened: PostgresServer;
beforeAll(async () => {
  weak = await startWeak();
  hardened = await startHardened();
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

/** How our own session was carried is in no answer; a release is held against the table of the scan’s day. */
const asRecorded = ['postgres.fixes', 'postgres.release', 'postgres.server'];

const made = (evidence: readonly EvidenceItem[], fact: string) =>
  derivations[fact]?.(
    storedAnswers(evidence.map(({ bytes }) => parseStoredAnswer(Buffer.from(bytes).toString()))),
  );

function expectAllFollow(record: CollectedRecord): void {
  const beside = [...asRecorded, ...Object.keys(neverSeen)];
  const names = postgresFacts.map(({ name }) => name).filter((name) => !beside.includes(name));
  for (const name of names) {
    const { evidence, value } = seen(record, name);
    expect([name, made(evidence as readonly EvidenceItem[], name)]).toEqual([name, value]);
  }
}

test('every fact of a weak server follows from the answers in its evidence', async () => {
  expectAllFollow(await look(weakNetworkTarget(weak, 'plaintext')));
});

test('and of a hardened one', async () => {
  expectAllFollow(await look(hardenedTarget(hardened)));
});

test('a bundle’s facts are made again from its answers, and a changed fact or answer is found out', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'assay.yaml');
  const { socketFolder, port } = weak;
  writeFileSync(
    config,
    `targets:
  - id: db
    url: "postgres:///postgres?host=${socketFolder}&port=${port}"
    credentials: { user: assay, password: "file:${fileWith('p')}" }
`,
  );
  const bundle = join(folder, 'bundle');
  const scanned = await assay(['scan', '--config', config, '--control', 'postgres', '--out', bundle], {
    cwd: folder,
  });
  expect(scanned.exitCode).toBe(3);
  const verified = await assay(['verify', bundle, '--rederive']);
  expect([verified.stderr, verified.exitCode, verified.stdout]).toEqual([
    '',
    0,
    expect.stringMatching(/facts: +\d+ made again from what was sent/),
  ]);
  for (const [name, forge] of [
    ['value', forgedValue('postgres.roles', /("superuser": )true/, '$1false')],
    ['answer', forgedEvidence('postgres.roles', /("superuser":)true/, '$1false')],
    ['query', forgedEvidence('postgres.roles', /select r\.rolname/, 'select x.rolname')],
  ] as const) {
    const copy = join(folder, name);
    cpSync(bundle, copy, { recursive: true });
    await rejudged(forge)(copy);
    const { exitCode, stderr } = await assay(['verify', copy, '--rederive']);
    expect([name, exitCode, stderr]).toEqual([name, 5, expect.stringContaining('ERR_VERIFY_FACT')]);
  }
});
