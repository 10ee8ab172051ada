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
import { look, seen, setUp, stopAll } from '../postgres/looking.ts';
import { knows, type Novelty, testedMajor } from '../postgres/major.ts';

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

interface Other {
  readonly id: string;
  /** What a server must know for the control to fail on the weak one and pass on the hardened one. */
  readonly without: Novelty;
  /** On both of them, and after the remedy. */
  readonly verdict: 'fail' | 'not-applicable' | 'unseen';
}

/** Verdicts that older versions come to. Every other control has the same on all of them. */
const others = (
  [
    // Each statement that is logged is logged with its values.
    {
      id: 'postgres.audit.no-sensitive-parameters',
      without: 'bound values kept out of the log',
      verdict: 'fail',
    },
    // Nothing ends the sessions.
    { id: 'postgres.param.idle-timeouts', without: 'idle_session_timeout', verdict: 'fail' },
    // Nobody but superusers can have them.
    { id: 'postgres.grant.settings-guarded', without: 'rights to settings', verdict: 'not-applicable' },
    // The maps are in force, and only their file tells them.
    { id: 'postgres.auth.identity-maps-exact', without: 'identity maps in a view', verdict: 'unseen' },
  ] as const satisfies readonly Other[]
).filter(({ without }) => !knows(without));

/** Control ids by what is expected of them, which is `usual` but of those others. */
function expected(ids: readonly string[], usual: (id: string) => string) {
  const all = ids.map((id) => ({ id, verdict: others.find((one) => one.id === id)?.verdict ?? usual(id) }));
  const idsWith = (verdict: string) => all.filter((one) => one.verdict === verdict).map(({ id }) => id);
  return Object.fromEntries(all.map(({ verdict }) => [verdict, idsWith(verdict)]));
}

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

test('the servers are of the version that is tested', async () => {
  const record = await look(weakTarget(weak), {}, ['postgres.server']);
  expect(seen(record, 'postgres.server').value).toMatchObject({ major: testedMajor });
});

describe('every control of a server', () => {
  test('fails on the weak one', async () => {
    const usual = controls.filter((control) => !isProbe(control));
    const fails = () => 'fail';
    expect(verdicts(await look(weakTarget(weak)), usual)).toEqual(expected(usual.map(idOf), fails));
    const probes = controls.filter(isProbe);
    expect(verdicts(await look(weakNetworkTarget(weak, 'plaintext')), probes)).toEqual(
      expected(probes.map(idOf), fails),
    );
  });

  test('passes on the hardened one', async () => {
    expect(verdicts(await look(hardenedTarget(hardened)))).toEqual(
      expected(controls.map(idOf), (id) => (withoutTheirLibrary.includes(id) ? 'fail' : 'pass')),
    );
  });

  test('that needs a right which the role lacks is not passed', async () => {
    await setUp(hardened, "create role plain login password 'p'; grant connect on database clinic to plain");
    expect(verdicts(await look(hardenedTarget(hardened, 'plain')))['unseen']).toEqual([
      'auditlog.access.readers-roster',
      'auditlog.integrity.delete-rights',
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
    const { unseen, ...others } = verdicts(await look(hardenedTarget(hardened, 'postgres')));
    expect(unseen).toHaveLength(controls.length - 1);
    // That default passwords are refused is seen without being let in.
    expect(others).toEqual({ pass: ['postgres.auth.default-password-refused'] });
  });

  test('has a remedy', () => {
    expect(remedies.map(([id]) => id).sort()).toEqual(provable.toSorted());
  });

  test.each(remedies)('%s passes on the weak one after its remedy', async (id, remedy) => {
    const control = controls.find((one) => idOf(one) === id);
    if (control === undefined) throw new Error(`no control ${id}`);
    await mend(weak, remedy);
    const { needs } = control.loaded.compiled;
    const verdict = verdictOf(control, await look(mendedTargetFor(control), {}, needs));
    expect({ [verdict]: [id] }).toEqual(expected([id], () => 'pass'));
  });
});
