import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolvePaths } from '../../src/config/assay-config.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { checkNames } from '../../src/config/check-names.ts';
import { parseControl } from '../../src/config/control-file.ts';
import { AssayError } from '../../src/model/index.ts';
import { trees as frameworks } from '../trees.ts';
import { refusalOf } from './refusal.ts';

const example = readFileSync('docs/assay.example.yaml', 'utf8');
const controls = ['tls.protocol.tls12-or-later-offered', 'tls.protocol.tls10-tls11-refused'].map((id) => {
  const file = `controls/tls/${id}.yaml`;
  return parseControl(file, readFileSync(file, 'utf8')).control;
});

describe('the example', () => {
  const file = parseAssayFile('assay.yaml', example);
  test('says what its comments say', () => {
    const { organisation, system, environment, audits, targets, outOfScope, params } = file.config;
    expect({ organisation, system, environment }).toEqual({
      ...{ organisation: 'Example Clinic GmbH', system: 'payments', environment: 'prod' },
    });
    expect(audits).toEqual([
      {
        framework: 'pci-dss-4.0.1',
        role: 'merchant',
        period: { from: '2026-01-01', to: '2026-12-31' },
        boundaryTags: ['cde'],
      },
      { framework: 'hipaa', role: 'covered-entity', boundaryTags: [] },
    ]);
    expect(targets.map(({ id, locator, tags, optional }) => [id, locator, tags, optional])).toEqual([
      ['pay', 'https://pay.example:443', ['cde', 'public'], false],
      ['pay-node-1', 'https://node1.pay.example:8443', ['cde'], false],
      ['mail', 'starttls+smtp://mail.example:587', ['internal'], false],
      ['ledger-db', 'postgres://db1.example:5432', ['cde'], false],
      ['local-db', 'postgres://%2Fvar%2Frun%2Fpostgresql:5432', ['internal'], true],
      ['pay-zone', 'dns://pay.example', ['public'], false],
    ]);
    expect(file.config.targetsFile).toBe('registers/fleet.txt');
    expect(targets[1]?.addresses).toEqual(['2001:db8::10', '192.0.2.10']);
    expect(targets[2]).toMatchObject({
      ...{ addressChoice: 'first', serverName: 'smtp.mail.example' },
      proxy: {
        ...{ scheme: 'socks5', host: 'proxy.example', port: 1080, user: 'assay' },
        password: { kind: 'env', name: 'PROXY_PASSWORD' },
      },
    });
    expect(targets[3]).toMatchObject({
      owner: 'data-team',
      caFile: 'certificates/internal-ca.pem',
      postgres: {
        user: 'assay_auditor',
        database: 'ledger',
        tls: 'verified',
        tlsGiven: false,
        password: { kind: 'env', name: 'LEDGER_DB_PASSWORD' },
      },
    });
    expect(targets[5]?.dns).toEqual({
      resolver: { address: '192.0.2.53', port: 53 },
      mail: true,
      issuers: ['ca.example'],
      selectors: ['s1'],
      names: ['www.pay.example', 'api.pay.example'],
    });
    expect(outOfScope).toHaveLength(1);
    expect(params.map(({ origin, of, param, value }) => [origin, of, param, value])).toEqual([
      ['system', '', 'current', ['TLSv1.2', 'TLSv1.3']],
      ['tag', 'cde', 'current', ['TLSv1.3']],
      ['target', 'pay-node-1', 'refused', ['TLSv1.0']],
    ]);
  });
  test('names only what exists', () => {
    expect(() => checkNames(file, controls, frameworks)).not.toThrow();
  });
  test('has its paths resolved by whoever read it', () => {
    const { targets } = resolvePaths(file.config, (path) => `/etc/assay/${path}`);
    expect(targets.map(({ caFile }) => caFile)).toEqual([
      undefined,
      '/etc/assay/certificates/internal-ca.pem',
      undefined,
      '/etc/assay/certificates/internal-ca.pem',
      undefined,
      undefined,
    ]);
    expect(targets.map(({ postgres }) => postgres?.password)).toEqual([
      undefined,
      undefined,
      undefined,
      { kind: 'env', name: 'LEDGER_DB_PASSWORD' },
      { kind: 'file', path: '/etc/assay/secrets/local-db' },
      undefined,
    ]);
  });
});

test('what is said of a zone', () => {
  const text = `targets:
  - url: dns://bücher.example
    resolver: "[2001:db8::53]:5353"
    dns:
      mail: false
      selectors: ["20261120", s1.mail]
      names: [www, "2024", shop.xn--bcher-kva.example]
`;
  expect(parseAssayFile('assay.yaml', text).config.targets.map(({ host, dns }) => [host, dns])).toEqual([
    [
      'xn--bcher-kva.example',
      {
        resolver: { address: '2001:db8::53', port: 5353 },
        mail: false,
        selectors: ['20261120', 's1.mail'],
        names: ['www.xn--bcher-kva.example', '2024.xn--bcher-kva.example', 'shop.xn--bcher-kva.example'],
      },
    ],
  ]);
});

describe('what is refused, with its place', () => {
  const target = 'targets:\n  - url: https://pay.example\n';
  const cases: Record<string, readonly [text: string, code: string, message: string]> = {
    'an empty file': [
      '',
      'ERR_CONFIG',
      '1:1 expected the file to be a mapping (organisation, system, audits, targets, …), got nothing',
    ],
    'a list': [
      '- a\n',
      'ERR_CONFIG',
      '1:1 expected the file to be a mapping (organisation, system, audits, targets, …), got a list',
    ],
    'no targets': ['system: a\n', 'ERR_CONFIG', '1:1 expected the key "targets", got none'],
    'an empty list of targets': [
      'targets: []\n',
      'ERR_CONFIG',
      '1:10 expected at least 1 items in targets, got 0',
    ],
    'a misspelt key': [
      `${target}organization: a\n`,
      'ERR_CONFIG',
      '3:1 expected a known key, got "organization"; did you mean "organisation"?',
    ],
    'a misspelt key that is required': [
      'targts: []\n',
      'ERR_CONFIG',
      '1:1 expected a known key, got "targts"; did you mean "targets"?',
    ],
    'another unknown key': [
      `${target}    password: Hunter2\n`,
      'ERR_CONFIG',
      '3:5 expected one of the keys id, url, tags, owner, optional, addresses, server-name, proxy, proxy-credentials, ca, paths, http-port, tls, credentials, default-passwords, log, resolver, dns, data in targets[0], got "password"',
    ],
    'a target without URL': [
      'targets:\n  - id: a\n',
      'ERR_CONFIG',
      '2:5 expected the key "url" in targets[0], got none',
    ],
    'a text where a target belongs': [
      'targets:\n  - postgres://me:Hunter2@db\n',
      'ERR_CONFIG',
      '2:5 expected targets[0] to be a mapping of keys to values, got a text',
    ],
    'a number where text belongs': [
      `system: 1\n${target}`,
      'ERR_CONFIG',
      '1:9 expected system to be a text, got 1',
    ],
    'an empty text': [
      `system: ""\n${target}`,
      'ERR_CONFIG',
      '1:9 expected system to be a text, got an empty text',
    ],
    'an id with capitals': [
      `${target}    id: Pay\n`,
      'ERR_CONFIG',
      '3:9 expected targets[0].id to be an id (1 to 63 of a-z, 0-9, ".", "_", "-"), got "Pay"',
    ],
    'an unknown TLS policy': [
      `${target}    tls: verifed\n`,
      'ERR_CONFIG',
      '3:10 expected targets[0].tls to be one of verified, verified-ca, unverified, plaintext, got "verifed"; did you mean "verified"?',
    ],
    'a repeated tag': [
      `${target}    tags: [a, a]\n`,
      'ERR_CONFIG',
      '3:15 expected each item once in targets[0].tags, got one again',
    ],
    'a URL that is none': [
      'targets:\n  - url: htps://pay\n',
      'ERR_TARGET',
      '2:10 expected the scheme https, tls, starttls+<protocol>, postgres or dns, got "htps"; did you mean "https"?',
    ],
    'credentials for a TLS endpoint': [
      `${target}    credentials: { user: a }\n`,
      'ERR_TARGET',
      '2:10 expected tls and credentials only for postgres targets, got them for a TLS endpoint',
    ],
    'a resolver that is no address': [
      'targets:\n  - url: dns://pay.example\n    resolver: ns.example\n',
      'ERR_TARGET',
      '3:15 expected the address of a resolver, got something else',
    ],
    'a resolver for a TLS endpoint': [
      `${target}    resolver: 192.0.2.53\n`,
      'ERR_TARGET',
      '2:10 expected resolver and dns only for dns targets, got them for another',
    ],
    'a name that is none': [
      'targets:\n  - url: dns://pay.example\n    dns:\n      names: [www, "a b"]\n',
      'ERR_CONFIG',
      '4:20 expected a name, got something else',
    ],
    'a selector that is none': [
      'targets:\n  - url: dns://pay.example\n    dns: { selectors: [s1/s2] }\n',
      'ERR_CONFIG',
      '3:24 expected a name, got something else',
    ],
    'a zone twice, through two resolvers': [
      'targets:\n  - url: dns://192.0.2.1/pay.example\n  - url: dns://192.0.2.2/pay.example\n',
      'ERR_CONFIG',
      '3:10 expected each id once',
    ],
    'addresses that are neither a list nor first': [
      `${target}    addresses: last\n`,
      'ERR_CONFIG',
      '3:16 expected targets[0].addresses to be a list of addresses, or first, got a text',
    ],
    'credentials for a proxy that is not named': [
      `${target}    proxy-credentials: { user: a, password: env:P }\n`,
      'ERR_CONFIG',
      '3:5 expected proxy beside proxy-credentials, got none',
    ],
    'a literal password for a proxy': [
      `${target}    proxy: http://p:1\n    proxy-credentials: { user: a, password: Hunter2 }\n`,
      'ERR_LITERAL_SECRET',
      '4:45 expected a reference to a secret (env:NAME, file:path or exec:command), got a literal value',
    ],
    'a password in a URL': [
      'targets:\n  - url: postgres://me:Hunter2@db\n',
      'ERR_LITERAL_SECRET',
      '2:10 expected a target URL without a password, got one with a password',
    ],
    'a password': [
      'targets:\n  - url: postgres://db\n    credentials:\n      user: a\n      password: Hunter2\n',
      'ERR_LITERAL_SECRET',
      '5:17 expected a reference to a secret (env:NAME, file:path or exec:command), got a literal value',
    ],
    'a password in digits': [
      'targets:\n  - url: postgres://db\n    credentials: { password: 424242 }\n',
      'ERR_LITERAL_SECRET',
      '3:30 expected a reference to a secret (env:NAME, file:path or exec:command), got a literal value',
    ],
    'a password without its key': [
      'targets:\n  - url: postgres://db\n    credentials: Hunter2\n',
      'ERR_CONFIG',
      '3:18 expected targets[0].credentials to be a mapping of keys to values, got a text',
    ],
    'a password that became a key': [
      'targets:\n  - url: postgres://db\n    credentials: {password:Hunter2}\n',
      'ERR_CONFIG',
      '3:19 expected one of the keys user, password in targets[0].credentials, got another one',
    ],
    'a password that became a key of a target': [
      'targets:\n  - {url: x, password:Hunter2}\n',
      'ERR_CONFIG',
      '2:14 expected one of the keys id, url, tags, owner, optional, addresses, server-name, proxy, proxy-credentials, ca, paths, http-port, tls, credentials, default-passwords, log, resolver, dns, data in targets[0], got another one',
    ],
    'an id twice': [
      'targets:\n  - { id: a, url: "https://a" }\n  - { id: a, url: "https://b" }\n',
      'ERR_CONFIG',
      '3:11 expected each id once, got "a" again (first at assay.yaml:2:5)',
    ],
    'a system twice': [
      'targets:\n  - { id: a, url: "postgres://x@db/one" }\n  - { id: b, url: "postgresql://y@DB:5432/two" }\n',
      'ERR_CONFIG',
      '3:19 expected each system once, got "postgres://db:5432" again (first at assay.yaml:2:5)',
    ],
    'a day that does not exist': [
      `${target}audits:\n  - framework: hipaa\n    period: { from: 2026-02-29, to: 2026-03-01 }\n`,
      'ERR_CONFIG',
      '5:21 expected a day that exists, got another',
    ],
    'a period that ends before it begins': [
      `${target}audits:\n  - framework: hipaa\n    period: { from: 2026-03-02, to: 2026-03-01 }\n`,
      'ERR_CONFIG',
      '5:37 expected a day not before 2026-03-02, got 2026-03-01',
    ],
    'an override without a reason': [
      `${target}params:\n  system:\n    tls.a.b:\n      c: { value: 1 }\n`,
      'ERR_CONFIG',
      '6:10 expected the key "reason" in params.system.tls.a.b.c, got none',
    ],
    'an override of something that is no control': [
      `${target}params:\n  system:\n    TLS:\n      c: { value: 1, reason: x }\n`,
      'ERR_CONFIG',
      '5:5 expected a control id (segment.group.name, lower case) as key in params.system, got "TLS"',
    ],
    'a key named __proto__': [
      `${target}__proto__: { a: 1 }\n`,
      'ERR_CONFIG',
      '3:1 expected one of the keys organisation',
    ],
    'YAML that is none': [
      `${target}system: [\n`,
      'ERR_YAML',
      '4:1 expected the indentation of what stands above, got another',
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [text, code, message]) => {
    const refusal = refusalOf(() => parseAssayFile('assay.yaml', text));
    expect(refusal.code).toBe(code);
    expect(refusal.message.startsWith(`assay.yaml:${message}`), refusal.message).toBe(true);
    expect(refusal.message).not.toMatch(/Hunter2|424242/);
  });
});

describe('names that nothing has', () => {
  const head = 'targets:\n  - { id: pay, url: "https://pay.example", tags: [cde] }\n';
  const override = (name: string, value = '[TLSv1.3]') => `{ ${name}: { value: ${value}, reason: x } }`;
  test.each([
    [
      'audits:\n  - framework: hippa\n',
      '4:16 expected a known framework, got "hippa"; did you mean "hipaa"?',
    ],
    [
      'audits:\n  - { framework: hipaa, role: merchant }\n',
      '4:31 expected a role under hipaa, got "merchant"',
    ],
    [
      'audits:\n  - { framework: hipaa, boundary: { tags: [cd] } }\n',
      '4:44 expected a tag that a target carries, got "cd"; did you mean "cde"?',
    ],
    [
      `params:\n  tags:\n    cd:\n      tls.a.b: ${override('current')}\n`,
      '5:5 expected a tag that a target carries, got "cd"; did you mean "cde"?',
    ],
    [
      `params:\n  targets:\n    py:\n      tls.a.b: ${override('current')}\n`,
      '5:5 expected the id of a target, got "py"; did you mean "pay"?',
    ],
    [
      `params:\n  system:\n    tls.protocol.tls12-or-later-ofered: ${override('current')}\n`,
      '5:5 expected the id of a control, got "tls.protocol.tls12-or-later-ofered"; did you mean "tls.protocol.tls12-or-later-offered"?',
    ],
    [
      `params:\n  system:\n    tls.protocol.tls12-or-later-offered: ${override('curent')}\n`,
      '5:44 expected a parameter of tls.protocol.tls12-or-later-offered, got "curent"; did you mean "current"?',
    ],
    [
      `params:\n  system:\n    tls.protocol.tls12-or-later-offered: ${override('toString')}\n`,
      '5:44 expected a parameter of tls.protocol.tls12-or-later-offered, got "toString"',
    ],
    [
      `params:\n  system:\n    tls.protocol.tls12-or-later-offered: ${override('current', 'TLSv1.3')}\n`,
      '5:62 expected a value of type list<string>, got another type',
    ],
  ])('%#: %s', (text, message) => {
    const file = parseAssayFile('assay.yaml', `${head}${text}`);
    expect(refusalOf(() => checkNames(file, controls, frameworks))).toEqual({
      code: 'ERR_CONFIG',
      message: `assay.yaml:${message}`,
    });
  });
});

describe('any change of the example', () => {
  const lines = example.split('\n');
  const change = fc.tuple(
    fc.nat(lines.length - 1),
    fc.nat(40),
    fc.nat(4),
    fc.constantFrom('', ':', '-', ' ', '[', '"', '*a', '&a', '!', '\t', '{}', '1'),
  );
  test('is read or refused with a place, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = [...lines];
        for (const [line, at, drop, add] of changes) {
          const before = changed[line] ?? '';
          changed[line] = before.slice(0, at) + add + before.slice(at + drop);
        }
        try {
          parseAssayFile('assay.yaml', changed.join('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
          expect((error as AssayError).message).toMatch(/^assay\.yaml:\d+:\d+ expected .*, got /s);
        }
      }),
      { numRuns: 300 },
    );
  });
});
