import { describe, expect, test } from 'vitest';
import { resolvePaths } from '../../src/config/assay-config.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { recordedTarget } from '../../src/config/secret-reference.ts';
import { parseTarget } from '../../src/config/target.ts';
import { refusalOf } from './refusal.ts';

const canary = 'canary-3Rt';

function fileWith(password: string): string {
  return `targets:\n  - url: postgres://u@h/d\n    credentials:\n      password: ${password}\n`;
}

function passwordOf(password: string) {
  const { config } = parseAssayFile('assay.yaml', fileWith(password));
  return resolvePaths(config, (path) => `/base/${path}`).targets[0]?.postgres?.password;
}

describe('a secret by reference', () => {
  test.each<[string, unknown]>([
    ['env:DB_PASSWORD', { kind: 'env', name: 'DB_PASSWORD' }],
    ['file:secrets/db', { kind: 'file', path: '/base/secrets/db' }],
    ['exec:pass show db/ledger', { kind: 'exec', command: ['pass', 'show', 'db/ledger'] }],
    [
      'exec:op  read op://vault/db/password',
      { kind: 'exec', command: ['op', 'read', 'op://vault/db/password'] },
    ],
    [
      `'exec:["op", "read", "op://a vault/it''s"]'`,
      { kind: 'exec', command: ['op', 'read', "op://a vault/it's"] },
    ],
    ['exec:./get-password --db=1', { kind: 'exec', command: ['/base/./get-password', '--db=1'] }],
  ])('%s', (text, reference) => {
    expect(passwordOf(text)).toEqual(reference);
  });

  test.each([
    `exec:echo "${canary}"`,
    `exec:echo $${canary}`,
    `exec:echo ${canary} | base64`,
    `exec:cat <${canary}`,
    `'exec:["${canary}"'`,
    `'exec:["a", 1, "${canary}"]'`,
    `'exec:["", "${canary}"]'`,
    "'exec:[]'",
    "'exec: '",
  ])('%s is refused without being repeated, and never read by a shell', (text) => {
    const refused = refusalOf(() => parseAssayFile('assay.yaml', fileWith(text)));
    expect(refused).toMatchObject({
      code: 'ERR_CONFIG',
      message:
        'assay.yaml:4:17 expected a command of plain words, or a JSON list of words, got something else',
    });
    expect(JSON.stringify(refused)).not.toContain(canary);
  });

  test.each([
    'postgres://u:exec%3Atrue@h/d',
    'postgres://u@h/d?password=exec:true',
    'postgres://u@h/d?passfile=exec:true',
  ])('no URL runs a command: %s', (url) => {
    expect(refusalOf(() => parseTarget(url))).toMatchObject({ code: 'ERR_LITERAL_SECRET' });
  });

  test('a bundle has the program alone', () => {
    const { config } = parseAssayFile('assay.yaml', fileWith(`exec:vault read ${canary}`));
    const [target] = config.targets;
    expect(JSON.stringify(target)).toContain(canary);
    expect(recordedTarget(target!).postgres?.password).toEqual({ kind: 'exec', command: ['vault'] });
    expect(JSON.stringify(recordedTarget(target!))).not.toContain(canary);
    const proxied = parseAssayFile(
      'assay.yaml',
      `targets:\n  - url: https://h\n    proxy: socks5://p:1080\n    proxy-credentials: { user: a, password: "exec:vault ${canary}" }\n`,
    ).config.targets[0];
    expect(JSON.stringify(proxied)).toContain(canary);
    expect(recordedTarget(proxied!).proxy).toEqual({
      ...{ scheme: 'socks5', host: 'p', port: 1080, user: 'a' },
      password: { kind: 'exec', command: ['vault'] },
    });
    const other = parseTarget('https://h');
    expect(recordedTarget(other)).toEqual(other);
  });
});
