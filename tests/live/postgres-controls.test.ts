import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import {
  hardenedTarget,
  mend,
  startHardened,
  startWeak,
  topics,
  weakNetworkTarget,
  weakTarget,
} from '../postgres/clusters/index.ts';
import { controls, idOf, verdictOf, verdicts } from '../postgres/clusters/verdicts.ts';
import { look, setUp, stopAll } from '../postgres/looking.ts';

/**
 * What asks for a library that this server does not bring fails on it, hardened or not. With pgaudit the first one is
 * shown to pass in tests/peers; credcheck is nowhere at hand, so that its two pass is shown by their cases alone.
 */
const withoutTheirLibrary = [
  'postgres.audit.classes-complete',
  'postgres.auth.failed-login-limited',
  'postgres.auth.password-policy-loaded',
];
const provable = controls.map(idOf).filter((id) => !withoutTheirLibrary.includes(id));
const remedies = topics.flatMap((topic) => Object.entries(topic.remedies));

/** Those of a probe group look at what the network gets to see. */
const isProbe = ({ loaded }: (typeof controls)[number]): boolean => loaded.source.control.probe !== undefined;
const mendedTargetFor = (control: (typeof controls)[number]) =>
  isProbe(control) || control.loaded.compiled.needs.includes('postgres.tls')
    ? weakNetworkTarget(weak, 'unverified')
    : weakTarget(weak);

let weak: PostgresServer;
let hardened: PostgresServer;

beforeAll(async () => {
  weak = await startWeak();
  hardened = await startHardened();
});
afterAll(stopAll);

describe('every control of a server', () => {
  test('fails on the weak one', async () => {
    const usual = controls.filter((control) => !isProbe(control));
    expect(verdicts(await look(weakTarget(weak)), usual)).toEqual({ fail: usual.map(idOf) });
    const probes = controls.filter(isProbe);
    expect(verdicts(await look(weakNetworkTarget(weak, 'plaintext')), probes)).toEqual({
      fail: probes.map(idOf),
    });
  });

  test('passes on the hardened one', async () => {
    expect(verdicts(await look(hardenedTarget(hardened)))).toEqual({
      pass: provable,
      fail: withoutTheirLibrary,
    });
  });

  test('that needs a right which the role lacks is not passed', async () => {
    await setUp(hardened, "create role plain login password 'p'; grant connect on database clinic to plain");
    expect(verdicts(await look(hardenedTarget(hardened, 'plain')))['unseen']).toEqual([
      'postgres.audit.classes-complete',
      'postgres.audit.no-sensitive-parameters',
      'postgres.audit.not-weakened',
      'postgres.audit.triggers-fire',
      'postgres.auth.failed-login-limited',
      'postgres.auth.identity-maps-exact',
      'postgres.auth.no-idle-rules',
      'postgres.auth.no-md5-verifiers',
      'postgres.auth.no-trust',
      'postgres.auth.no-world-rules',
      'postgres.auth.observed-as-declared',
      'postgres.auth.password-encryption-scram',
      'postgres.auth.password-policy-loaded',
      'postgres.auth.replication-protected',
      'postgres.auth.scram-iterations',
      'postgres.auth.strong-methods-only',
      'postgres.auth.superuser-not-remote',
      'postgres.capacity.headroom',
      'postgres.fdw.no-cleartext-credentials',
      'postgres.grant.no-public-large-objects',
      'postgres.grant.settings-guarded',
      'postgres.param.durability',
      'postgres.param.files-in-force',
      'postgres.param.idle-timeouts',
      'postgres.param.libraries-allow-listed',
      'postgres.param.listen-addresses',
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
    expect(remedies.map(([id]) => id).sort()).toEqual(provable.toSorted());
  });

  test.each(remedies)('%s passes on the weak one after its remedy', async (id, remedy) => {
    const control = controls.find((one) => idOf(one) === id);
    if (control === undefined) throw new Error(`no control ${id}`);
    await mend(weak, remedy);
    const { needs } = control.loaded.compiled;
    expect(verdictOf(control, await look(mendedTargetFor(control), {}, needs))).toBe('pass');
  });
});
