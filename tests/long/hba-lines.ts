import fc from 'fast-check';

/** Each method once: the method of a decision tells which rule decided. */
const methods = ['trust', 'reject', 'scram-sha-256', 'md5', 'password', 'cert'] as const;
type Method = (typeof methods)[number];

interface Words {
  readonly types: readonly string[];
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly addresses: readonly string[];
}

/** Words of which it can be told from the file alone whom they take in; all of it IPv4, so that all of it can be tried. */
const plainWords: Words = {
  types: ['local', 'host', 'host', 'host', 'hostssl', 'hostnossl'],
  databases: ['all', 'all', 'all', 'app', 'alice', 'replication'],
  users: ['all', 'all', 'all', 'alice', 'bob'],
  addresses: [
    '0.0.0.0/0',
    '127.0.0.0/8',
    '127.0.0.0 255.128.0.0',
    '127.128.0.0/9',
    '127.10.0.0/16',
    '127.10.77.7/17',
    '127.10.128.0 255.255.128.0',
    '127.127.0.0/16',
    '127.126.0.0/15',
  ],
};

/** Words that only the server can fully judge too (host names apart, whose resolution is the network's). */
const everyWord: Words = {
  types: [...plainWords.types, 'hostnogssenc'],
  databases: [...plainWords.databases, 'sameuser', 'samerole', '/^a', 'team', '"a,b"'],
  users: [...plainWords.users, '+team', '+clients', '+boss', '/^(alice|stranger)$'],
  addresses: [
    ...plainWords.addresses,
    'all',
    'samehost',
    'samenet',
    '127.10.0.0 255.255.0.255',
    '::/0',
    '::ffff:127.0.0.0/104',
  ],
};

export const plainFile = fileOf(plainWords);
export const anyFile = fileOf(everyWord);

function fileOf(words: Words): fc.Arbitrary<readonly string[]> {
  const line = fc.record({
    type: fc.constantFrom(...words.types),
    databases: fc.uniqueArray(fc.constantFrom(...words.databases), { minLength: 1, maxLength: 2 }),
    users: fc.uniqueArray(fc.constantFrom(...words.users), { minLength: 1, maxLength: 2 }),
    address: fc.constantFrom(...words.addresses),
  });
  const order = fc.shuffledSubarray([...methods], { minLength: 2 });
  return fc
    .tuple(order, fc.array(line, { minLength: methods.length, maxLength: methods.length }))
    .map(([used, lines]) => used.map((method, index) => lineOf(method, lines[index]!)));
}

interface Line {
  readonly type: string;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly address: string;
}

function lineOf(method: Method, { type, databases, users, address }: Line): string {
  // The server refuses a file that wants certificates where there is no TLS.
  const given = method === 'cert' ? 'hostssl' : type;
  const place = given === 'local' ? [] : [address];
  return [given, databases.join(','), users.join(','), ...place, method].join(' ');
}
