import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadControl } from '../../src/config/load-control.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { effectiveParams } from '../../src/engine/params.ts';
import type { CollectedRecord, FactDefinition, SubjectRecord } from '../../src/model/index.ts';
import { postgresFacts } from '../../src/postgres/facts/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { selfSigned } from '../postgres/certificate.ts';
import { fileWith, look, running, setUp, stopAll, targetAt } from '../postgres/looking.ts';

const certificate = selfSigned('db.test');
const facts: readonly FactDefinition[] = postgresFacts;
const knowledge = {
  definitions: new Map(facts.map((fact) => [fact.name, fact])),
  validate: factValidators(facts),
};
const controls = readdirSync('controls/postgres').map((name) => {
  const file = `controls/postgres/${name}`;
  return loadControl(file, readFileSync(file, 'utf8'), facts);
});

/** Control ids by verdict. */
function verdicts(record: CollectedRecord): Readonly<Record<string, readonly string[]>> {
  const byReason: Record<string, string[]> = {};
  for (const { compiled, source } of controls) {
    const { reason } = evaluate(compiled, {
      record: record as unknown as SubjectRecord,
      params: effectiveParams(source.control, record.subject, { format: 0, overrides: [] }),
      environment: 'test',
      knowledge,
    });
    byReason[reason] = [...(byReason[reason] ?? []), source.control.id];
  }
  return byReason;
}

let weak: PostgresServer;
let hardened: PostgresServer;

beforeAll(async () => {
  weak = await running({
    password: 'superuser-password',
    hba: ['local all all trust', 'host all all 0.0.0.0/0 md5'],
    settings: { password_encryption: 'md5', ssl_min_protocol_version: 'TLSv1', zero_damaged_pages: 'on' },
  });
  await setUp(
    weak,
    `${grantsSql({ role: 'assay', platform: 'self-managed' })}
     create role app login password 'app'; create role boss login superuser;
     grant pg_read_all_data to app; grant create on schema public to public;
     create table ledger (id int); grant select on ledger to public;`,
  );
  hardened = await running({
    password: 'superuser-password',
    hba: [
      'hostnossl all all all reject',
      'host all postgres all reject',
      'hostssl all all 127.0.0.1/32 scram-sha-256',
      'hostssl all all 10.0.0.0/8 scram-sha-256',
    ],
    settings: { log_connections: 'on', log_disconnections: 'on' },
    tls: certificate,
  });
  await setUp(hardened, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(hardened, "alter role assay password 'p'");
});
afterAll(stopAll);

const weakTarget = (user: string) => targetAt({ host: weak.socketFolder, port: weak.port }, { user });
const hardenedTarget = (user: string) =>
  targetAt(
    { host: 'db.test', port: hardened.port, addresses: [hardened.host] },
    { user, password: { kind: 'file', path: fileWith('p') } },
    certificate.certificatePem,
  );

describe('every control', () => {
  test('fails on the weak server', async () => {
    expect(verdicts(await look(weakTarget('assay')))).toEqual({
      fail: controls.map(({ source }) => source.control.id),
    });
  });

  test('passes on the hardened one', async () => {
    expect(verdicts(await look(hardenedTarget('assay')))).toEqual({
      pass: controls.map(({ source }) => source.control.id),
    });
  });

  test('that needs a right which the role lacks is not passed', async () => {
    await setUp(hardened, "create role plain login password 'p'");
    expect((await verdicts(await look(hardenedTarget('plain'))))['unseen']).toEqual([
      'postgres.auth.no-md5-verifiers',
      'postgres.auth.no-trust',
      'postgres.auth.no-world-rules',
      'postgres.auth.strong-methods-only',
      'postgres.auth.superuser-not-remote',
      'postgres.tls.minimum-version',
      'postgres.tls.required-for-remote',
    ]);
  });

  test('is unseen where nobody is let in', async () => {
    expect(Object.keys(verdicts(await look(hardenedTarget('postgres'))))).toEqual(['unseen']);
  });
});
