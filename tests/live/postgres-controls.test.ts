import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord, Observation } from '../../src/model/index.ts';
import { judge, library } from '../control-cases.ts';
import {
  hardenedTarget,
  mend,
  startHardened,
  startWeak,
  topics,
  weakTarget,
} from '../postgres/clusters/index.ts';
import { look, setUp, stopAll } from '../postgres/looking.ts';

/** What these servers cannot show both ways: postgres-state.test.ts and peers/postgres-standby.test.ts do. */
const elsewhere = [
  'postgres.capacity.prepared-transactions-ended',
  'postgres.param.data-checksums',
  'postgres.replica.healthy',
  'postgres.version.minor-current',
  'postgres.version.supported',
];
const controls = library.filter(
  ({ loaded: { source } }) =>
    source.control.subject === 'postgres-server' && !elsewhere.includes(source.control.id),
);
const idOf = ({ loaded }: (typeof controls)[number]): string => loaded.source.control.id;
const remedies = topics.flatMap((topic) => Object.entries(topic.remedies));

function verdictOf({ loaded }: (typeof controls)[number], { observations }: CollectedRecord): string {
  const { id } = loaded.source.control;
  const params = topics.map((topic) => topic.params?.[id]).find((one) => one !== undefined) ?? {};
  return judge(loaded, observations as unknown as readonly Observation[], params).reason;
}

/** Control ids by verdict. */
function verdicts(record: CollectedRecord): Readonly<Record<string, readonly string[]>> {
  const judged = controls.map((control) => ({ id: idOf(control), reason: verdictOf(control, record) }));
  const idsWith = (reason: string) => judged.filter((one) => one.reason === reason).map(({ id }) => id);
  return Object.fromEntries(judged.map(({ reason }) => [reason, idsWith(reason)]));
}

let weak: PostgresServer;
let hardened: PostgresServer;

beforeAll(async () => {
  weak = await startWeak();
  hardened = await startHardened();
});
afterAll(stopAll);

describe('every control of a server', () => {
  test('fails on the weak one', async () => {
    expect(verdicts(await look(weakTarget(weak)))).toEqual({ fail: controls.map(idOf) });
  });

  test('passes on the hardened one', async () => {
    expect(verdicts(await look(hardenedTarget(hardened)))).toEqual({ pass: controls.map(idOf) });
  });

  test('that needs a right which the role lacks is not passed', async () => {
    await setUp(hardened, "create role plain login password 'p'; grant connect on database clinic to plain");
    expect(verdicts(await look(hardenedTarget(hardened, 'plain')))['unseen']).toEqual([
      'postgres.auth.identity-maps-exact',
      'postgres.auth.no-md5-verifiers',
      'postgres.auth.no-trust',
      'postgres.auth.no-world-rules',
      'postgres.auth.strong-methods-only',
      'postgres.auth.superuser-not-remote',
      'postgres.capacity.headroom',
      'postgres.fdw.no-cleartext-credentials',
      'postgres.replica.encrypted',
      'postgres.replica.subscription-credentials',
      'postgres.tls.live-sessions-encrypted',
      'postgres.tls.minimum-version',
      'postgres.tls.required-for-remote',
    ]);
  });

  test('is unseen where nobody is let in', async () => {
    expect(Object.keys(verdicts(await look(hardenedTarget(hardened, 'postgres'))))).toEqual(['unseen']);
  });

  test('has a remedy', () => {
    expect(remedies.map(([id]) => id).sort()).toEqual(controls.map(idOf).sort());
  });

  test.each(remedies)('%s passes on the weak one after its remedy', async (id, remedy) => {
    const control = controls.find((one) => idOf(one) === id);
    if (control === undefined) throw new Error(`no control ${id}`);
    await mend(weak, remedy);
    const { needs } = control.loaded.compiled;
    expect(verdictOf(control, await look(weakTarget(weak), {}, needs))).toBe('pass');
  });
});
