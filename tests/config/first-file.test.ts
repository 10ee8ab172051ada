import { expect, test } from 'vitest';
import { frameworkPaths } from '../../src/cli/package-files.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { type FoundTarget, firstAssayFile } from '../../src/config/first-file.ts';
import { parseTarget } from '../../src/config/target.ts';

const frameworks = [
  { id: 'hipaa', roles: ['covered-entity', 'business-associate'] },
  { id: 'soc2-2017' },
].map((one) => ({ ...one, title: '', version: '', source: '', copyright: '', requirements: [] }));

function found(url: string, more: Partial<FoundTarget> = {}): FoundTarget {
  return { url, target: parseTarget(url), addresses: [], otherNames: [], doubts: [], ...more };
}

function fileFor(...targets: readonly FoundTarget[]): string {
  return firstAssayFile({ found: targets, frameworks, schema: 'assay.schema.json', date: '2026-11-20' });
}

const urls: readonly (readonly [url: string, id: string])[] = [
  ['https://pay.example', 'pay.example'],
  ['tls://pay.example:8443', 'pay.example-8443'],
  ['https://true', 'true'],
  ['https://[2001:db8::1]', '2001-db8-1'],
  ['https://10.0.0.7', '10.0.0.7'],
  ['https://bücher.example', 'xn--bcher-kva.example'],
  [`https://${'a'.repeat(60)}.example:8443`, `${'a'.repeat(53)}-8443`],
  ['postgres://pay.example/app', 'pay.example-postgres'],
  ['postgresql://u%40x:5433/app?user=o%27neil%20%23', 'x-postgres-5433'],
  ['postgres:///app?host=/var/run/postgresql', 'local-postgres'],
  ['postgres:///app?host=/tmp', 'local-postgres-2'],
  ['dns://192.0.2.53/pay.example', 'pay.example-zone'],
  ['postgres://alice@db1.example/app?sslmode=verify-ca&sslrootcert=ca.pem', 'db1.example-postgres'],
];

test('it is a configuration of exactly what was named, with ids that people can read', () => {
  const given = urls.filter(([url]) => !url.startsWith('postgresql://u%40x'));
  const { config } = parseAssayFile('assay.yaml', fileFor(...given.map(([url]) => found(url))));
  expect(config.targets.map(({ id }) => id)).toEqual(given.map(([, id]) => id));
  expect(config.targets.map(({ locator }) => locator)).toEqual(
    given.map(([url]) => parseTarget(url).locator),
  );
  expect(config.targets.every(({ named }) => named)).toBe(true);
  expect(config.audits).toEqual([]);
});

test('an https target says what else may be said of its HTTP, and what is missing', () => {
  const text = fileFor(found('https://a.example'), found('tls://b.example'));
  expect(text.match(/^ {4}# paths: /gm)).toHaveLength(1);
  expect(text).not.toContain('http-port');
  const other = fileFor(found('https://a.example:8443')).replace(/^ {4}# (paths|http-port): /gm, '    $1: ');
  expect(parseAssayFile('assay.yaml', other).config.targets[0]?.http).toEqual({
    paths: ['/', '/login'],
    clearPort: 80,
  });
});

test('databases get a named secret and a role, never a password', () => {
  const text = fileFor(found('postgres://db1.example/app'), found('postgres://alice@10.0.0.8/app'));
  const { config } = parseAssayFile('assay.yaml', text);
  expect(config.targets.map(({ postgres }) => [postgres?.user, postgres?.password, postgres?.tls])).toEqual([
    ['assay_auditor', { kind: 'env', name: 'DB1_EXAMPLE_POSTGRES_PASSWORD' }, 'verified'],
    ['alice', { kind: 'env', name: 'DB_10_0_0_8_POSTGRES_PASSWORD' }, 'verified'],
  ]);
  expect(text).toContain('`assay grants postgres --role assay_auditor`');
  expect(text).toContain('`assay grants postgres --role alice`');
});

test('what was seen stands above each target, as comments', () => {
  const text = fileFor(
    found('https://a.example', {
      addresses: ['192.0.2.1', '192.0.2.2'],
      otherNames: ['b.example', '*.c.example'],
      doubts: ['its certificate chain leads to no root'],
    }),
    found('https://b.example', { failure: 'expected an answer, got none' }),
  );
  expect(text).toContain(`
  # 192.0.2.1, 192.0.2.2: each is looked at
  # answered on 2026-11-20
  # its certificate chain leads to no root
  # its certificate also names b.example, *.c.example: are these targets too?
  - id: a.example `);
  expect(text).toContain(
    '  # NOT REACHED on 2026-11-20: expected an answer, got none. A scan ends with exit code 4',
  );
  expect(parseAssayFile('assay.yaml', text).config.targets.every(({ optional }) => !optional)).toBe(true);
});

test('the audits that stand there as comments are audits, without the marks', async () => {
  const all = (await frameworkPaths()).map((path) => path.replace(/^.*\/|\.yaml$/g, ''));
  const text = firstAssayFile({
    found: [found('https://a.example')],
    frameworks: all.map((id) => ({ ...frameworks[0]!, id })),
    schema: 's',
    date: '2026-11-20',
  });
  const opened = text
    .replace(/^# (organisation|system|environment|audits|out-of-scope)/gm, '$1')
    .replace(/^#( {3}[- ] )/gm, '$1');
  const { config } = parseAssayFile('assay.yaml', opened);
  expect(config.audits.map(({ framework }) => framework)).toEqual(all);
  expect(config).toMatchObject({ organisation: 'Example GmbH', system: 'payments', environment: 'prod' });
  expect(config.outOfScope).toHaveLength(1);
});
