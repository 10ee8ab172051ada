import { describe, expect, test } from 'vitest';
import { damageOf } from '../../src/postgres/damage.ts';
import { loadOf } from '../../src/postgres/load.ts';
import { membershipsOf } from '../../src/postgres/memberships.ts';
import { replicationOf } from '../../src/postgres/replication.ts';
import { sessionsOf } from '../../src/postgres/sessions.ts';
import { subscriptionsOf } from '../../src/postgres/subscriptions.ts';

const session = {
  ...{ hidden: false, role: 'app', database: 'shop', kind: 'client', client: 'remote' },
  ...{ encryption: 'TLSv1.3', ciphers: null, sessions: 1, named: 0, certificates: 0 },
};

describe('what a server says in words that have no name here is taken for the worse', () => {
  test('sessions', () => {
    const [found] = sessionsOf([{ ...session, client: 'elsewhere', encryption: 'SSLv3' }]);
    expect(found).toMatchObject({ client: 'remote', encryption: 'other', ciphers: [] });
  });

  test('senders', () => {
    const sender = { ...session, name: 'n', process: 1, state: 'dreaming', synchronous: false };
    const rows = { ...sender, lag_bytes: null, lag_seconds: null };
    const { senders } = replicationOf({
      standby: [{ standby: false, replay_age_seconds: null }],
      senders: [rows, { ...rows, hidden: true }],
      slots: [],
    });
    expect(senders).toHaveLength(1);
    expect(senders[0]).toMatchObject({ state: 'startup' });
    expect(senders[0]).not.toHaveProperty('lagBytes');
  });

  test('subscriptions', () => {
    const row = { database: 'd', name: 's', owner: 'o', enabled: true };
    const secret = { database: 'd', name: 's', stored_secret: false, ssl_mode: 'v' };
    expect(subscriptionsOf([row], [secret])[0]).not.toHaveProperty('sslMode');
    expect(subscriptionsOf([row], [{ ...secret, name: 'other' }])[0]).not.toHaveProperty('storedSecret');
  });
});

test('a grantor that is no more has no name', () => {
  const row = { member: 'm', granted: 'g', grantor: null, admin: false, inherit: true, set: true };
  expect(membershipsOf([row])[0]).toMatchObject({ grantor: '' });
});

test('what was not counted is absent, and not zero', () => {
  expect(damageOf([{ database: 'd', checksum_failures: null, age_seconds: null }])).toEqual([
    { database: 'd' },
  ]);
  const row = {
    ...{ maximum_connections: 100, reserved_connections: 3, used_connections: null, freeze_maximum_age: 1 },
    oldest_transaction_seconds: null,
  };
  expect(loadOf([row], [])).toEqual({
    ...{ maximumConnections: 100, reservedConnections: 3, freezeMaximumAge: 1 },
    databases: [],
  });
});

test('an answer out of form is no PostgreSQL', () => {
  expect(() => sessionsOf([{}])).toThrow('expected a boolean in column hidden');
  expect(() => loadOf([], [])).toThrow('expected an integer');
});
