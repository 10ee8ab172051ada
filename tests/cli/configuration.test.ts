import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkConfiguration } from '../../src/cli/configuration.ts';
import { findConfiguration } from '../../src/cli/configuration-file.ts';
import { type Library, loadLibrary } from '../../src/cli/library.ts';
import { type NamingOptions, nameTargets } from '../../src/cli/named-targets.ts';
import type { AssayConfig } from '../../src/config/assay-config.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { parseProxy } from '../../src/config/proxy.ts';
import { parseTarget } from '../../src/config/target.ts';
import { AssayError, type Target } from '../../src/model/index.ts';
import { removeFolders, temporaryFolder, terminal } from './terminal.ts';

let folder: string;
let library: Library;

beforeAll(async () => {
  library = await loadLibrary();
  folder = temporaryFolder();
  mkdirSync(join(folder, 'elsewhere'));
  write('assay.yaml', 'here');
  write('elsewhere/other.yaml', 'other');
  write('elsewhere/given.yaml', 'given');
});
afterAll(removeFolders);

function write(path: string, system: string, more = ''): void {
  const target =
    'targets: [{ id: db, url: "postgres://assay@db.example/app", ca: roots.pem, tags: [cde],' +
    ' credentials: { password: "file:secret" } }]';
  writeFileSync(join(folder, path), `system: ${system}\n${target}\n${more}`);
}

async function read(given: string | undefined, env: Readonly<Record<string, string>> = {}, cwd = folder) {
  const found = await findConfiguration(given, terminal({ cwd, env }).io);
  return found && checkConfiguration(found, library, new Date('2026-11-20T10:00:00Z'));
}

async function refusal(given: string): Promise<string> {
  const error = await read(given).catch((thrown: unknown) => thrown);
  if (!(error instanceof AssayError)) throw new Error('expected a refusal');
  return error.message;
}

describe('the file in force', () => {
  const env = { ASSAY_CONFIG: 'elsewhere/other.yaml' };
  test('is --config, else ASSAY_CONFIG, else ./assay.yaml, else none', async () => {
    expect((await read('elsewhere/given.yaml', env))?.config.system).toBe('given');
    expect((await read(undefined, env))?.config.system).toBe('other');
    expect((await read(undefined, { ASSAY_CONFIG: '' }))?.config.system).toBe('here');
    expect((await read(undefined))?.config.system).toBe('here');
    expect(await read(undefined, {}, join(folder, 'elsewhere'))).toBeUndefined();
  });

  test('is relative to itself: roots and secrets lie beside it', async () => {
    const configuration = await read('elsewhere/given.yaml');
    const [target] = configuration?.config.targets ?? [];
    expect(target?.caFile).toBe(join(folder, 'elsewhere/roots.pem'));
    expect(target?.postgres?.password).toEqual({ kind: 'file', path: join(folder, 'elsewhere/secret') });
  });

  test.each<[string, string, string]>([
    ['YAML', 'a: [', 'bad.yaml:4:1 expected'],
    [
      'a key',
      'organization: X',
      'bad.yaml:3:1 expected a known key, got "organization"; did you mean "organisation"?',
    ],
    [
      'a framework',
      'audits: [{ framework: hippa }]\ntargets: [{ id: x, url: https://h }]',
      'bad.yaml:3:23 expected a known framework, got "hippa"; did you mean "hipaa"?',
    ],
    ['a literal password', 'targets: [{ id: x, url: "postgres://a:canary@h/d" }]', 'bad.yaml:3:'],
  ])('with a mistake in %s says where', async (_, line, words) => {
    writeFileSync(join(folder, 'bad.yaml'), `system: bad\nenvironment: test\n${line}\n`);
    const message = await refusal('bad.yaml');
    expect(message).toContain(words);
    expect(message).not.toContain('canary');
  });
});

describe('targets-file', () => {
  const described =
    'targets: [{ id: pay, url: "https://pay.example", tags: [cde] }]\ntargets-file: lists/fleet.txt\n';

  async function withList(list: string, text = described): Promise<string> {
    lists += 1;
    const name = `fleet-${lists}`;
    mkdirSync(join(folder, name, 'lists'), { recursive: true });
    writeFileSync(join(folder, name, 'lists/fleet.txt'), list);
    writeFileSync(join(folder, name, 'assay.yaml'), text);
    return `${name}/assay.yaml`;
  }
  let lists = 0;

  test('adds its targets to those described, which keep what is said of them', async () => {
    const list = '# web\nhttps://pay.example\n10.0.9.0/31 443,8443\ntls://mail.example:465\n';
    const { config } = (await read(await withList(list)))!;
    const all = nameTargets([], { caFile: undefined, addresses: undefined }, config);
    expect(all.map(({ id, locator, tags }) => [id === 'pay', locator, tags])).toEqual([
      [true, 'https://pay.example:443', ['cde']],
      [false, 'tls://10.0.9.0:443', []],
      [false, 'tls://10.0.9.1:443', []],
      [false, 'tls://10.0.9.0:8443', []],
      [false, 'tls://10.0.9.1:8443', []],
      [false, 'tls://mail.example:465', []],
    ]);
  });

  test('may stand in place of targets', async () => {
    const given = await withList('pay.example\n', 'targets-file: lists/fleet.txt\n');
    const { config } = (await read(given))!;
    expect(config.targets.map(({ locator }) => locator)).toEqual(['tls://pay.example:443']);
  });

  test.each<[string, string, RegExp]>([
    ['a mistake', 'a.example\nb.example:99999\n', /^fleet-\d+\/lists\/fleet\.txt:2:1 expected/],
    ['nothing', '# none\n', /lists\/fleet\.txt:1:1 expected a target, got none/],
    [
      'a target twice',
      'a.example\n  a.example\n',
      /fleet\.txt:2:3 expected each target once, got tls:\/\/a\.example:443 twice \(first at .*fleet\.txt:1:1\)/,
    ],
    [
      'what is described, under another scheme',
      'tls://pay.example\n',
      /fleet\.txt:1:1 expected each target once.*first at .*assay\.yaml:1:11\)/,
    ],
    ['a password', 'postgres://a:canary@h/d\n', /fleet\.txt:1:1 expected/],
  ])('with %s says where', async (_, list, words) => {
    const message = await refusal(await withList(list));
    expect(message).toMatch(words);
    expect(message).not.toContain('canary');
  });

  test('that is not there is said by its name', async () => {
    const given = await withList('', 'targets-file: lists/other.txt\n');
    expect(await refusal(given)).toMatch(/^expected a list of targets at fleet-\d+\/lists\/other\.txt, got/);
  });
});

describe('targets on the command line', () => {
  const none: NamingOptions = { caFile: undefined, addresses: undefined };

  async function named(url: string, options: Partial<NamingOptions> = {}): Promise<Target> {
    const configuration = await read('elsewhere/given.yaml');
    const [target] = nameTargets([url], { ...none, ...options }, configuration?.config);
    if (!target) throw new Error('expected a target');
    return target;
  }

  test('that the file describes keep what it says', async () => {
    expect(await named('postgres://db.example')).toMatchObject({
      id: 'db',
      named: true,
      tags: ['cde'],
      caFile: join(folder, 'elsewhere/roots.pem'),
      postgres: { user: 'assay', database: 'app', tls: 'verified', password: { kind: 'file' } },
    });
  });

  test('but what was typed holds', async () => {
    const target = await named('postgres://db.example/other?sslmode=verify-ca', {
      caFile: '/typed.pem',
      addresses: ['192.0.2.7'],
    });
    expect(target).toMatchObject({
      id: 'db',
      caFile: '/typed.pem',
      addresses: ['192.0.2.7'],
      postgres: { user: 'assay', database: 'other', tls: 'verified-ca', tlsGiven: true },
    });
    expect(target.postgres?.password).toBeDefined();
  });

  test('--http-port is for https targets, and holds over what the file says', async () => {
    const file = parseAssayFile(
      'assay.yaml',
      'targets: [{ id: web, url: "https://pay.example", http-port: 8080, paths: [/login] }]',
    );
    const urls = ['https://pay.example', 'https://new.example:8443', 'tls://mail.example:465'];
    const http = (httpPort?: number) =>
      nameTargets(urls, { ...none, httpPort }, file.config).map((target) => target.http);
    expect(http()).toEqual([{ paths: ['/login'], clearPort: 8080 }, { paths: ['/'] }, undefined]);
    expect(http(81)).toEqual([
      { paths: ['/login'], clearPort: 81 },
      { paths: ['/'], clearPort: 81 },
      undefined,
    ]);
  });

  test('a proxy that was typed is for TLS endpoints alone', async () => {
    const proxy = 'http://proxy.example:3128';
    expect(await named('https://pay.example', { proxy })).toMatchObject({
      proxy: { scheme: 'http', host: 'proxy.example', port: 3128 },
    });
    await expect(named('postgres://db.example', { proxy })).rejects.toMatchObject({ code: 'ERR_TARGET' });
    const targets = [
      parseTarget('https://a'),
      parseTarget('https://b', { proxy: parseProxy('socks5://p:1') }),
    ];
    const config = { targets } as unknown as AssayConfig;
    const through = nameTargets([], { ...none, proxy }, config).map((target) => target.proxy?.host);
    expect(through).toEqual(['proxy.example', 'p']);
    const mixed = { targets: [parseTarget('postgres://db')] } as unknown as AssayConfig;
    expect(() => nameTargets([], { ...none, proxy }, mixed)).toThrow(/expected TLS endpoints beside --proxy/);
  });

  test('a resolver that was typed holds over the one of the file, which keeps what else it says', () => {
    const dns = { mail: true, selectors: ['s1'], names: [] };
    const resolver = { address: '192.0.2.53', port: 53 };
    const targets = [parseTarget('dns://pay.example', { id: 'zone', resolver, dns })];
    const config = { targets } as unknown as AssayConfig;
    const [typed] = nameTargets(['dns://127.0.0.1:9/pay.example'], none, config);
    expect(typed).toMatchObject({ id: 'zone', dns: { ...dns, resolver: { address: '127.0.0.1', port: 9 } } });
    expect(nameTargets(['dns://pay.example'], none, config)[0]).toMatchObject({ dns: { resolver } });
  });

  test('typed addresses hold over the first one', () => {
    const targets = [parseTarget('https://a', { id: 'a', addresses: 'first' })];
    const config = { targets } as unknown as AssayConfig;
    expect(nameTargets(['https://a'], none, config)[0]).toMatchObject({ id: 'a', addressChoice: 'first' });
    const [typed] = nameTargets(['https://a'], { ...none, addresses: ['192.0.2.1'] }, config);
    expect(typed).toMatchObject({ id: 'a', addresses: ['192.0.2.1'] });
    expect(typed).not.toHaveProperty('addressChoice');
  });

  test('another role does not get the password of the one in the file', async () => {
    const { postgres } = await named('postgres://other@db.example');
    expect(postgres).toEqual({ user: 'other', database: 'app', tls: 'verified', tlsGiven: false });
  });

  test('--ca is for targets of the file that have none', async () => {
    const configuration = await read('elsewhere/given.yaml');
    const [own] = configuration?.config.targets ?? [];
    if (!configuration || !own) throw new Error('expected a target');
    const { caFile: _, ...without } = own;
    const config = { ...configuration.config, targets: [own, { ...without, id: 'second' }] };
    const files = nameTargets([], { ...none, caFile: '/typed.pem' }, config).map(({ caFile }) => caFile);
    expect(files).toEqual([join(folder, 'elsewhere/roots.pem'), '/typed.pem']);
  });
});
