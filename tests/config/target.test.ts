import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseProxy } from '../../src/config/proxy.ts';
import { parseTarget } from '../../src/config/target.ts';
import { AssayError, starttlsProtocols } from '../../src/model/index.ts';
import { refusalOf, remedyOf } from './refusal.ts';

describe('locators', () => {
  test.each([
    ['https://pay.example', 'https://pay.example:443', 'pay.example', 443],
    ['HTTPS://PAY.Example./', 'https://pay.example:443', 'pay.example', 443],
    ['https://bücher.example:8443', 'https://xn--bcher-kva.example:8443', 'xn--bcher-kva.example', 8443],
    ['https://[2001:DB8:0:0::1]', 'https://[2001:db8::1]:443', '2001:db8::1', 443],
    ['https://192.0.2.1', 'https://192.0.2.1:443', '192.0.2.1', 443],
    ['https://my_host', 'https://my_host:443', 'my_host', 443],
    ['tls://db.example:5433', 'tls://db.example:5433', 'db.example', 5433],
    ['starttls+smtp://mail.example', 'starttls+smtp://mail.example:25', 'mail.example', 25],
    ['STARTTLS+IMAP://mail.example:1143/', 'starttls+imap://mail.example:1143', 'mail.example', 1143],
    [
      'starttls+xmpp-server://[2001:db8::5]',
      'starttls+xmpp-server://[2001:db8::5]:5269',
      '2001:db8::5',
      5269,
    ],
    ['starttls+postgres://db.example', 'starttls+postgres://db.example:5432', 'db.example', 5432],
    ['postgres://audit@db.example/app', 'postgres://db.example:5432', 'db.example', 5432],
    ['postgresql://db.example:6432', 'postgres://db.example:6432', 'db.example', 6432],
    ['postgres://[::1]/app', 'postgres://[::1]:5432', '::1', 5432],
    ['postgres:///app?host=::1', 'postgres://[::1]:5432', '::1', 5432],
    [
      'postgres:///app?host=/var/run/postgresql',
      'postgres://%2Fvar%2Frun%2Fpostgresql:5432',
      '/var/run/postgresql',
      5432,
    ],
    ['postgres:///app?host=/tmp/&port=5433', 'postgres://%2Ftmp:5433', '/tmp', 5433],
    ['postgres:///app?host=%2Ftmp%2Fa%20b', 'postgres://%2Ftmp%2Fa%20b:5432', '/tmp/a b', 5432],
    ['postgres://%2Ftmp/app', 'postgres://%2Ftmp:5432', '/tmp', 5432],
    ['dns://Pay.Example.', 'dns://pay.example', 'pay.example', 53],
    ['dns:///pay.example', 'dns://pay.example', 'pay.example', 53],
    ['dns://192.0.2.53:5353/pay.example', 'dns://pay.example', 'pay.example', 53],
    ['dns://bücher.example', 'dns://xn--bcher-kva.example', 'xn--bcher-kva.example', 53],
  ])('%s', (url, locator, host, port) => {
    const target = parseTarget(url);
    expect([target.locator, target.host, target.port]).toEqual([locator, host, port]);
    expect(parseTarget(target.locator).locator).toBe(locator);
  });
});

describe('ids', () => {
  test('are given, or derived from the locator alone', () => {
    const digest = createHash('sha256').update('postgres://db.example:5432').digest('hex').slice(0, 16);
    expect(parseTarget('postgres://a@db.example/x')).toMatchObject({
      id: `postgres-server-${digest}`,
      named: false,
    });
    expect(parseTarget('postgresql://b@DB.example:5432/y').id).toBe(`postgres-server-${digest}`);
    expect(parseTarget('https://pay.example', { id: 'pay' })).toMatchObject({ id: 'pay', named: true });
  });
});

describe('PostgreSQL connections', () => {
  test.each([
    ['', 'verified', false],
    ['?sslmode=verify-full', 'verified', false],
    ['?sslmode=verify-ca', 'verified-ca', true],
    ['?sslmode=require', 'unverified', true],
    ['?sslmode=disable', 'plaintext', true],
  ] as const)('%s', (query, tls, tlsGiven) => {
    expect(parseTarget(`postgres://audit%40corp@db.example/my%20app${query}`).postgres).toEqual({
      ...{ user: 'audit@corp', database: 'my app', tls, tlsGiven },
    });
  });
  test('take everything from the query, or from what stands beside the URL', () => {
    const url = 'postgres:///?host=db.example&port=6432&user=audit&dbname=app&sslrootcert=ca.pem';
    expect(parseTarget(url)).toMatchObject({
      ...{ host: 'db.example', port: 6432, caFile: 'ca.pem', postgres: { user: 'audit', database: 'app' } },
    });
    const password = { kind: 'env', name: 'PW' } as const;
    expect(
      parseTarget('postgres://db', { user: 'audit', password, tls: 'unverified', caFile: 'ca.pem' }),
    ).toMatchObject({
      ...{ caFile: 'ca.pem', postgres: { user: 'audit', password, tls: 'unverified', tlsGiven: true } },
    });
  });
});

describe('the HTTP side of an https target', () => {
  test('is / on the port, and port 80 in the clear beside 443 alone', () => {
    expect(parseTarget('https://pay.example').http).toEqual({ paths: ['/'], clearPort: 80 });
    expect(parseTarget('https://pay.example:8443').http).toEqual({ paths: ['/'] });
    expect(parseTarget('https://pay.example:8443', { httpPort: 8080 }).http).toEqual({
      paths: ['/'],
      clearPort: 8080,
    });
    expect(parseTarget('tls://pay.example').http).toBeUndefined();
    expect(parseTarget('postgres://db').http).toBeUndefined();
  });

  test('has paths as they are sent', () => {
    const paths = ['/', '/a/b.html', '/caf%C3%A9', '/~me/(x)', '/a//b'];
    expect(parseTarget('https://pay.example', { paths }).http?.paths).toEqual(paths);
  });

  test.each([
    '',
    'login',
    '//evil.example',
    '/a?b',
    '/a#b',
    '/a;b',
    '/a b',
    '/\u00e9',
    '/a/../b',
    '/.',
    '/a\r\nb',
    '/a\\b',
    `/${'a'.repeat(1000)}`,
  ])('refuses %j', (path) => {
    const refused = refusalOf(() => parseTarget('https://pay.example', { paths: [path] }));
    expect(refused.code).toBe('ERR_TARGET');
    expect(refused.message).toContain('expected a path as it is sent');
  });
});

test('given addresses are canonical', () => {
  const { addresses } = parseTarget('https://pay.example', { addresses: ['192.0.2.1', '2001:DB8::0:1'] });
  expect(addresses).toEqual(['192.0.2.1', '2001:db8::1']);
});

test('an unknown protocol before TLS is answered with those that are known', () => {
  const remedy = remedyOf(() => parseTarget('starttls+gopher://host.test'));
  for (const protocol of starttlsProtocols) expect(remedy).toContain(protocol);
});

describe('what is no target', () => {
  test.each([
    [
      'pay.example',
      'expected a target URL with a scheme (https, tls, starttls+<protocol>, postgres, dns), got one without; did you mean "https://pay.example"?',
    ],
    [
      '',
      'expected a target URL with a scheme (https, tls, starttls+<protocol>, postgres, dns), got one without',
    ],
    [
      'htps://pay.example',
      'expected the scheme https, tls, starttls+<protocol>, postgres or dns, got "htps"; did you mean "https"?',
    ],
    [
      'mysql://db',
      'expected the scheme https, tls, starttls+<protocol>, postgres or dns, got "mysql"; did you mean "starttls+mysql"?',
    ],
    ['https://', 'expected a host name or address after "://", got something else'],
    ['https://:443', 'expected a host before the port, got none'],
    ['https://a b', 'expected a host name or address after "://", got something else'],
    ['https://-a.example', 'expected a host name or address after "://", got something else'],
    ['https://a..example', 'expected a host name or address after "://", got something else'],
    ['https://[::1', 'expected a host name or address after "://", got something else'],
    ['https://[192.0.2.1]', 'expected an IPv6 address in brackets after "://", got something else'],
    ['https://[fe80::1%25eth0]', 'expected an IPv6 address in brackets after "://", got something else'],
    ['https://2001:db8::1', 'expected an IPv6 address in brackets, and one port, got several colons'],
    ['https://pay.example:0', 'expected a port from 1 to 65535, got something else'],
    ['https://pay.example:65536', 'expected a port from 1 to 65535, got something else'],
    ['https://pay.example:', 'expected a port from 1 to 65535, got something else'],
    ['https://pay.example/login', 'expected https://host[:port], got a URL with a path'],
    ['https://pay.example?x', 'expected https://host[:port], got a URL with a query'],
    ['https://pay.example#x', 'expected a target URL, got one with a fragment (#…)'],
    ['tls://me@pay.example', 'expected tls://host[:port], got a URL with a user'],
    ['postgres:///app', 'expected a host, or ?host=<socket folder>, got neither'],
    ['postgres://db/a/b', 'expected one database name after the host, got a path'],
    ['postgres://@db/a', 'expected a user, got an empty one'],
    ['postgres://db/%ff', 'expected percent-encoded text (%40 for @), got something else'],
    ['postgres://db/a%00', 'expected percent-encoded text (%40 for @), got something else'],
    ['postgres://a,b/app', 'expected a host name or address after "://", got something else'],
    ['postgres://db?host=/tmp', 'expected host once, got it in the URL and in its query'],
    ['postgres://db:1?port=2', 'expected port once, got it in the URL and in its query'],
    ['dns://', 'expected a host name or address after "://", got something else'],
    ['dns://192.0.2.1', 'expected the name of a zone, got something else'],
    ['dns://192.0.2.53/192.0.2.1', 'expected the name of a zone, got something else'],
    ['dns://[2001:db8::1]', 'expected the name of a zone, got something else'],
    ['dns://192.0.2.53/a/b', 'expected the name of a zone, got something else'],
    ['dns://ns.example/pay.example', 'expected the address of a resolver, got something else'],
    ['dns://192.0.2.53:0/pay.example', 'expected the address of a resolver, got something else'],
    ['dns://pay.example:53', 'expected a port only for a resolver, got one for a zone'],
    ['dns://me@pay.example', 'expected dns://[resolver[:port]/]zone, got a URL with a user or a query'],
    ['dns:///pay.example?type=A', 'expected dns://[resolver[:port]/]zone, got a URL with a user or a query'],
    ['postgres://db?user=a&user=b', 'expected "user" once in the query, got it twice'],
    [
      'postgres://db?sslmod=disable',
      'expected a query of sslmode, host, port, user, dbname, sslrootcert, got "sslmod"; did you mean "sslmode"?',
    ],
    [
      'postgres://db?sslmode=prefer',
      'expected sslmode to be one of disable, require, verify-ca, verify-full, got "prefer"',
    ],
    [
      'postgres://db?sslmode=on',
      'expected sslmode to be one of disable, require, verify-ca, verify-full, got another',
    ],
  ])('%s', (url, message) => {
    expect(refusalOf(() => parseTarget(url))).toEqual({ code: 'ERR_TARGET', message });
  });
  test.each([
    ['https://pay.example', { tls: 'plaintext' }, 'expected tls and credentials only for postgres targets'],
    ['tls://pay.example', { user: 'me' }, 'expected tls and credentials only for postgres targets'],
    ['tls://pay.example', { paths: ['/'] }, 'expected paths and http-port only for https targets'],
    ['postgres://db', { httpPort: 80 }, 'expected paths and http-port only for https targets'],
    ['postgres://a@db', { user: 'a' }, 'expected the user once, got it in the URL and beside it'],
    ['postgres://db?sslmode=disable', { tls: 'plaintext' }, 'expected the TLS policy once'],
    ['postgres://db?sslrootcert=a', { caFile: 'a' }, 'expected the CA file once'],
    [
      'https://pay.example',
      { addresses: ['pay.example'] },
      'expected an IPv4 or IPv6 address, got something else',
    ],
    ['https://192.0.2.1', { addresses: ['192.0.2.2'] }, 'expected addresses only for a host name'],
    ['dns://pay.example', { addresses: ['192.0.2.2'] }, 'expected addresses only for a host name'],
    [
      'dns://pay.example',
      { user: 'me' },
      'expected tls and credentials only for postgres targets, got them for a zone',
    ],
    [
      'https://pay.example',
      { resolver: { address: '192.0.2.53', port: 53 } },
      'expected resolver and dns only for dns targets',
    ],
    [
      'dns://192.0.2.53/a.example',
      { resolver: { address: '192.0.2.53', port: 53 } },
      'expected the resolver once',
    ],
    [
      'dns://a.example',
      { dns: { selectors: [], names: ['www.b.example.'] } },
      'expected names in a.example, got one that ends elsewhere',
    ],
  ] as const)('%s with %j', (url, options, message) => {
    expect(refusalOf(() => parseTarget(url, options)).message).toMatch(message);
  });
});

describe('DNS zones', () => {
  test.each([
    ['dns://pay.example', {}],
    ['dns:///pay.example', {}],
    ['dns://192.0.2.53/pay.example', { resolver: { address: '192.0.2.53', port: 53 } }],
    ['dns://192.0.2.53:5353/pay.example.', { resolver: { address: '192.0.2.53', port: 5353 } }],
    ['dns://[2001:DB8::53]/pay.example', { resolver: { address: '2001:db8::53', port: 53 } }],
    ['dns://[2001:db8::53]:5353/pay.example', { resolver: { address: '2001:db8::53', port: 5353 } }],
  ])('%s', (url, resolver) => {
    const target = parseTarget(url);
    expect(target).toMatchObject({ kind: 'dns-zone', host: 'pay.example', locator: 'dns://pay.example' });
    expect(target.dns).toEqual({ ...resolver, selectors: [], names: [] });
  });

  test('names are in full, each once', () => {
    const names = ['www', 'www.pay.example', 'a.b', 'pay.example', 'x.pay.example.'];
    expect(parseTarget('dns://pay.example', { dns: { selectors: ['s1'], names } }).dns).toEqual({
      selectors: ['s1'],
      names: ['www.pay.example', 'a.b.pay.example', 'pay.example', 'x.pay.example'],
    });
  });
});

describe('a password in a URL', () => {
  test.each([
    'postgres://me:Hunter2@db/app',
    'postgres://me:Hunter2@x@db/app',
    'postgres://me:Hun/ter2@db/app',
    'postgres://me:Hun?ter2@db/app',
    'postgres://me:Hun#ter2@db/app',
    'postgres://me:@db/app',
    'postgres://db/app?password=Hunter2',
    'postgres://db/app?user=me&PASSWORD=Hunter2',
    'postgres://db/app?sslpassword=Hunter2',
    'https://me:Hunter2@pay.example',
    'mysql://me:Hunter2@db',
  ])('is refused and not repeated: %s', (url) => {
    const { code, message } = refusalOf(() => parseTarget(url));
    expect(code).toBe('ERR_LITERAL_SECRET');
    expect(message).toBe('expected a target URL without a password, got one with a password');
  });
  test('is not repeated by any refusal', () => {
    const wrap = fc.tuple(
      fc.constantFrom(
        '',
        'postgres://',
        'https://',
        'tls://',
        'x://',
        'postgres://me:',
        'postgres://me@',
        'postgres:///?host=',
      ),
      fc.stringMatching(/^[/?#@:&=%.[ ]{0,3}$/),
      fc.constantFrom('', '@db', '@db/app', '/app', '?sslmode=off', ':1', '&password=', '\n'),
    );
    fc.assert(
      fc.property(wrap, ([before, odd, after]) => {
        for (const url of [`${before}${odd}Hunter2!${after}`, `${before}Hunter2!${odd}${after}`]) {
          try {
            parseTarget(url);
          } catch (error) {
            expect(error).toBeInstanceOf(AssayError);
            expect(`${(error as AssayError).message}${(error as AssayError).remedy}`).not.toMatch(/hunter2/i);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('TLS endpoints', () => {
  test('first is no list of addresses', () => {
    expect(parseTarget('https://pay.example', { addresses: 'first' })).toMatchObject({
      addresses: [],
      addressChoice: 'first',
    });
    expect(parseTarget('https://pay.example')).not.toHaveProperty('addressChoice');
    expect(refusalOf(() => parseTarget('https://192.0.2.1', { addresses: 'first' }))).toMatchObject({
      message: 'expected addresses only for a host name, got them for an address, a socket folder or a zone',
    });
  });

  test('a server name is canonical, and a name', () => {
    expect(parseTarget('https://192.0.2.1', { serverName: 'Pay.Example.' }).serverName).toBe('pay.example');
    for (const serverName of ['192.0.2.1', '[::1]'])
      expect(refusalOf(() => parseTarget('https://pay.example', { serverName }))).toMatchObject({
        message: 'expected server-name to be a host name, got an address',
      });
    expect(refusalOf(() => parseTarget('https://pay.example', { serverName: 'a b' }))).toMatchObject({
      code: 'ERR_TARGET',
    });
  });

  test('a database has neither server name nor proxy', () => {
    const proxy = parseProxy('http://proxy.example:3128');
    for (const options of [{ serverName: 'db.example' }, { proxy }])
      expect(refusalOf(() => parseTarget('postgres://db', options))).toMatchObject({
        message: 'expected server-name and proxy only for TLS endpoints, got one for another target',
      });
    expect(parseTarget('starttls+postgres://db', { proxy }).proxy).toEqual(proxy);
  });
});

describe('proxies', () => {
  test.each([
    ['http://proxy.example:3128', { scheme: 'http', host: 'proxy.example', port: 3128 }],
    ['SOCKS5://[2001:db8::1]:1080/', { scheme: 'socks5', host: '2001:db8::1', port: 1080 }],
  ])('%s', (url, proxy) => {
    expect(parseProxy(url)).toEqual(proxy);
    const password = { kind: 'env', name: 'P' } as const;
    expect(parseProxy(url, { user: 'ada', password })).toEqual({ ...proxy, user: 'ada', password });
  });

  test.each([
    ['proxy.example:3128', 'expected a proxy of HTTP or SOCKS5, got another URL'],
    ['https://proxy.example:3128', 'expected a proxy of HTTP or SOCKS5, got another URL'],
    ['http://proxy.example', 'expected the port of the proxy, got none'],
    ['http://proxy.example:0', 'expected a port from 1 to 65535, got something else'],
    ['http://proxy.example:3128/x', 'expected host and port of a proxy, got a URL with a path'],
    ['http://proxy.example:3128?x', 'expected host and port of a proxy, got a URL with a query'],
    [
      'http://ada@proxy.example:3128',
      'expected proxy-credentials beside the URL of the proxy, got a user in it',
    ],
    [
      'http://ada:Hunter2@proxy.example:3128',
      'expected a target URL without a password, got one with a password',
    ],
  ])('%s is refused and not repeated', (url, message) => {
    expect(refusalOf(() => parseProxy(url))).toMatchObject({ message });
  });

  test('a user alone, or a password alone, is refused', () => {
    const expected = { message: 'expected user and password of the proxy, or neither, got one of them' };
    expect(refusalOf(() => parseProxy('http://p:1', { user: 'ada' }))).toMatchObject(expected);
    expect(refusalOf(() => parseProxy('http://p:1', { password: { kind: 'env', name: 'P' } }))).toMatchObject(
      expected,
    );
  });
});
