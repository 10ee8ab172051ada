import { describe, expect, test } from 'vitest';
import type { Json, PreviousBundle, Seen, Target } from '../../src/model/index.ts';
import { factsOf, factValue, record, seen, target, targets, unseen } from './reconciling.ts';

const date = '2026-11-10';
const register = { name: 'list.csv', sha256: '0'.repeat(64), date };

const leaf = (sha256: string, dnsNames: readonly string[]): Json => ({
  sha256,
  subject: `CN=${sha256}`,
  dnsNames,
});
const web = targets[0] as Target;
const db = targets[1] as Target;
const webRecord = record(web, [
  seen('tls.leaf', { certificates: [leaf('aa', ['Pay.example', '*.example'])] }),
]);
const role = (name: string, login: boolean, superuser = false): Json => ({ name, login, superuser });
const dbRecord = record(db, [
  seen('postgres.roles', [role('app', true), role('dba', true, true), role('group', false)]),
]);

test('without a register there is nothing to compare with', () => {
  const facts = factsOf([webRecord, dbRecord]);
  for (const fact of ['scope.accounts', 'scope.certificates', 'scope.cryptography', 'scope.systems']) {
    expect(facts.get(fact)).toMatchObject({ kind: 'unseen', reason: { code: 'ERR_NOT_DECLARED' } });
  }
});

describe('certificates', () => {
  const registers = {
    certificates: { ...register, certificates: [{ sha256: 'aa' }, { sha256: 'bb', subject: 'CN=b' }] },
  };

  test('registered and met, registered only, met only', () => {
    const other = record(target('api', 'api.example'), [
      seen('tls.leaf', { certificates: [leaf('cc', [])] }),
    ]);
    expect(factValue(factsOf([webRecord, other], { registers }), 'scope.certificates')).toEqual({
      registerAgeDays: 10,
      certificates: [
        { sha256: 'aa', subject: 'CN=aa', declared: true, endpoints: ['web'] },
        { sha256: 'bb', subject: 'CN=b', declared: true, endpoints: [] },
        { sha256: 'cc', subject: 'CN=cc', declared: false, endpoints: ['api'] },
      ],
    });
  });

  test('an endpoint that was not seen, or not whole, makes the list incomplete', () => {
    for (const observation of [
      unseen('tls.leaf'),
      seen('tls.leaf', { certificates: [] }, [{ what: 'TLSv1.3', why: 'reset' }]),
    ]) {
      const facts = factsOf([record(web, [observation])], { registers });
      expect((facts.get('scope.certificates') as Seen).completeness[0]?.missing).toMatchObject([
        { what: 'web' },
      ]);
    }
  });

  test('the order in which looks arrive does not matter', () => {
    const other = record(target('api', 'api.example'), [
      seen('tls.leaf', { certificates: [leaf('aa', [])] }),
    ]);
    const one = factsOf([webRecord, other, dbRecord], { registers });
    expect([...factsOf([dbRecord, other, webRecord], { registers })]).toEqual([...one]);
  });
});

test('accounts: who may log in, against the roster', () => {
  const accounts = [
    { system: 'db', account: 'app', privileged: false },
    { system: 'db', account: 'old', privileged: true },
  ];
  const facts = factsOf([dbRecord], { registers: { accounts: { ...register, accounts } } });
  expect(factValue(facts, 'scope.accounts')).toMatchObject({
    accounts: [
      { account: 'app', declared: true, present: true, privileged: false },
      { account: 'dba', declared: false, present: true, privileged: true },
      { account: 'old', declared: true, declaredPrivileged: true, present: false, privileged: false },
    ],
  });
});

test('accounts of a server that was not seen, or left out, or is no target, are neither there nor gone', () => {
  const accounts = ['db', 'hr'].map((system) => ({ system, account: 'app', privileged: false }));
  for (const records of [[webRecord, record(db, [unseen('postgres.roles')])], [webRecord]]) {
    const facts = factsOf(records, { registers: { accounts: { ...register, accounts } } });
    expect(factValue(facts, 'scope.accounts')).toEqual({
      registerAgeDays: 10,
      accounts: ['db', 'hr'].map((system) => ({
        system,
        account: 'app',
        declared: true,
        declaredPrivileged: false,
      })),
    });
    expect((facts.get('scope.accounts') as Seen).completeness[0]?.missing).toMatchObject([{ what: 'db' }]);
  }
});

test('an account that is privileged at one address of a system is privileged, whichever is seen first', () => {
  const at1 = record(db, [seen('postgres.roles', [role('app', true, true)])]);
  const at2 = record(db, [seen('postgres.roles', [role('app', true, false)])]);
  const accounts = [{ system: 'db', account: 'app', privileged: false }];
  for (const records of [
    [at1, at2],
    [at2, at1],
  ]) {
    const facts = factsOf(records, { registers: { accounts: { ...register, accounts } } });
    expect(factValue(facts, 'scope.accounts')).toMatchObject({ accounts: [{ privileged: true }] });
  }
});

test('an account seen at one address without privileges, the other unseen: they are not known', () => {
  const accounts = [{ system: 'db', account: 'app', privileged: true }];
  const records = [
    record(db, [seen('postgres.roles', [role('app', true)])]),
    record(db, [unseen('postgres.roles')]),
  ];
  const facts = factsOf(records, { registers: { accounts: { ...register, accounts } } });
  expect(factValue(facts, 'scope.accounts')).toEqual({
    registerAgeDays: 10,
    accounts: [{ system: 'db', account: 'app', declared: true, declaredPrivileged: true, present: true }],
  });
});

describe('cryptography', () => {
  const parameters = [
    { system: 'web', kind: 'version', name: 'TLSv1.3' },
    { system: 'web', kind: 'suite', name: 'TLS_AES_128_GCM_SHA256' },
    { system: 'web', kind: 'group', name: 'secp521r1' },
  ] as const;
  const registers = { cryptography: { ...register, parameters } };
  const versions = seen('tls.versions', { 'TLSv1.3': 'accepted', 'TLSv1.0': 'refused' });
  const suites = seen('tls.suites', {
    accepted: [{ version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' }],
    orders: [],
  });
  const groups = seen('tls.groups', { accepted: [{ version: 'TLSv1.3', group: 'x25519' }] });

  test('on record and accepted, on record only, accepted only', () => {
    const facts = factsOf([record(web, [versions, suites, groups]), dbRecord], { registers });
    expect(factValue(facts, 'scope.cryptography')).toEqual({
      registerAgeDays: 10,
      parameters: [
        { system: 'web', kind: 'group', name: 'secp521r1', declared: true, accepted: false },
        { system: 'web', kind: 'group', name: 'x25519', declared: false, accepted: true },
        { system: 'web', kind: 'suite', name: 'TLS_AES_128_GCM_SHA256', declared: true, accepted: true },
        { system: 'web', kind: 'version', name: 'TLSv1.3', declared: true, accepted: true },
      ],
    });
    expect((facts.get('scope.cryptography') as Seen).completeness[0]?.missing).toEqual([]);
  });

  test('what was not seen whole is neither accepted nor refused', () => {
    const partial = seen('tls.groups', { accepted: [] }, [{ what: 'TLSv1.3', why: 'reset' }]);
    const facts = factsOf([record(web, [versions, suites, partial])], { registers });
    const { parameters } = factValue(facts, 'scope.cryptography') as { readonly parameters: readonly Json[] };
    expect(parameters).toContainEqual({ system: 'web', kind: 'group', name: 'secp521r1', declared: true });
    expect((facts.get('scope.cryptography') as Seen).completeness[0]?.missing).toEqual([
      { what: 'tls.groups of web', why: 'TLSv1.3: reset' },
    ]);
  });

  test('an endpoint that was left out is missing', () => {
    const facts = factsOf([dbRecord], { registers });
    expect((facts.get('scope.cryptography') as Seen).completeness[0]?.missing).toEqual([
      { what: 'web', why: 'left out of this scan' },
    ]);
  });
});

test('systems: by id or locator, targets and reached or not', () => {
  const systems = [{ name: 'db' }, { name: 'https://pay.example:443' }, { name: 'mail' }];
  const facts = factsOf([webRecord, record(db, [unseen('postgres.roles')])], {
    registers: { systems: { ...register, systems } },
  });
  expect(factValue(facts, 'scope.systems')).toMatchObject({
    systems: [
      { name: 'db', declared: true, target: true },
      { name: 'https://pay.example:443', declared: true, target: true, reached: true },
      { name: 'mail', declared: true, target: false },
    ],
  });
  const unregistered = factsOf([webRecord], {
    registers: { systems: { ...register, systems: [{ name: 'db' }] } },
  });
  expect(factValue(unregistered, 'scope.systems')).toMatchObject({
    systems: [{ name: 'db' }, { name: 'https://pay.example:443', declared: false, target: true }],
  });
});

test('names: of a target, out of scope, a wildcard over a target, and unknown ones', () => {
  const names = ['pay.example', '*.example', '*.elsewhere.example', 'mail.example', 'old.example'];
  const many = record(web, [seen('tls.leaf', { certificates: [leaf('aa', names)] })]);
  const facts = factsOf([many], {
    outOfScope: [{ what: 'mail.example, imap.example' }, { what: 'everything but old.example' }],
  });
  expect(factValue(facts, 'scope.names')).toEqual([
    { name: '*.elsewhere.example', declared: false, endpoints: ['web'] },
    { name: '*.example', declared: true, endpoints: ['web'] },
    { name: 'mail.example', declared: true, endpoints: ['web'] },
    { name: 'old.example', declared: false, endpoints: ['web'] },
    { name: 'pay.example', declared: true, endpoints: ['web'] },
  ]);
});

test('earlier bundles: digest, end, age in whole days, and the signature as found', () => {
  const bundle = (fingerprint: string, endedAt: string, signature: PreviousBundle['signature']) => ({
    fingerprint,
    runId: `run of ${fingerprint}`,
    endedAt,
    signature,
  });
  const facts = factsOf([], {
    previous: [
      bundle('aa', '2026-11-18T10:00:00.001Z', { kind: 'signed', keyId: 'ed25519:1' }),
      bundle('bb', '2026-11-18T10:00:00.000Z', { kind: 'unsigned' }),
    ],
  });
  expect(factValue(facts, 'scope.bundles')).toEqual([
    { fingerprint: 'aa', endedAt: '2026-11-18T10:00:00.001Z', ageDays: 1, signature: 'signed' },
    { fingerprint: 'bb', endedAt: '2026-11-18T10:00:00.000Z', ageDays: 2, signature: 'unsigned' },
  ]);
  expect(factsOf([]).get('scope.bundles')).toMatchObject({
    kind: 'unseen',
    reason: { code: 'ERR_NOT_DECLARED', message: 'expected an earlier bundle, got none' },
  });
});
