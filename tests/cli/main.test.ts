import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, type Ended, lastLine, removeFolders, temporaryFolder } from './terminal.ts';

let cwd: string;
beforeAll(() => {
  cwd = temporaryFolder();
});
afterAll(removeFolders);

const secret = 'canary-Xq7';

/** What every refusal has: words on stderr only, a last line with the exit code, and nothing left on disk. */
async function refused(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const before = readdirSync(cwd);
  const ended = await assay(argv, { cwd, env });
  expect(ended.stdout).toBe('');
  expect(lastLine(ended.stderr)).toMatch(new RegExp(`^exit code ${ended.exitCode}: `));
  expect(ended.stderr).not.toContain(secret);
  expect(readdirSync(cwd)).toEqual(before);
  return ended;
}

describe('what is asked for wrongly ends with 2 before anything is looked at', () => {
  const url = 'https://192.0.2.1';
  test.each<[string, readonly string[], RegExp]>([
    ['no target at all', ['scan'], /expected a target, got none[\s\S]*assay\.yaml[\s\S]*ERR_NO_TARGET/],
    [
      'an unknown scheme',
      ['scan', 'ftp://h'],
      /https, tls, starttls\+<protocol>, postgres or dns, got "ftp"; did you mean "starttls\+ftp"[\s\S]*ERR_TARGET/,
    ],
    ['a misspelt scheme', ['scan', 'htps://h'], /did you mean "https"\?/],
    ['a host without scheme', ['scan', 'pay.example'], /did you mean "https:\/\/pay\.example"\?/],
    ['a path', ['scan', `https://h/${secret}`], /got a URL with a path/],
    [
      'the same target twice',
      ['scan', url, `${url}:443`],
      /each target once, got https:\/\/192\.0\.2\.1:443 twice/,
    ],
    ['a password in a URL', ['scan', `postgres://u:${secret}@h/d`], /PGPASSFILE[\s\S]*ERR_LITERAL_SECRET/],
    ['a password with a slash', ['scan', `postgres://u:${secret}/x@h/d`], /ERR_LITERAL_SECRET/],
    ['a password in a query', ['scan', `postgres://u@h/d?password=${secret}`], /ERR_LITERAL_SECRET/],
    [
      'an unknown framework',
      ['scan', url, '--framework', 'hippa'],
      /got "hippa"; did you mean "hipaa"\?[\s\S]*gdpr, hipaa/,
    ],
    [
      'an unknown control',
      ['scan', url, '--control', 'tls.protocl'],
      /did you mean "tls\.protocol"\?[\s\S]*ERR_UNKNOWN_CONTROL/,
    ],
    ['half a segment of an id', ['scan', url, '--control', 'tls.prot'], /ERR_UNKNOWN_CONTROL/],
    [
      'a selection of nothing',
      ['scan', url, '--control', 'tls.protocol.tls13-offered', '--severity', 'critical'],
      /ERR_NO_CONTROL/,
    ],
    [
      'a tag on the command line alone',
      ['scan', url, '--tag', 'cde'],
      /tagged cde, got none[\s\S]*ERR_NO_TARGET/,
    ],
    ['an unknown format', ['scan', url, '--format', 'pfd'], /did you mean "pdf"\?[\s\S]*json, html, pdf/],
    ['an empty name in a list', ['scan', url, '--format', 'html,'], /names separated by commas/],
    [
      'a key that is not there',
      ['scan', url, '--key', 'none.pem'],
      /none\.pem: expected a readable key file, got ENOENT[\s\S]*ERR_KEY/,
    ],
    ['roots that are not there', ['scan', url, '--ca', 'none.pem'], /none\.pem[\s\S]*ERR_CA_FILE/],
    [
      'a configuration that is not there',
      ['scan', '--config', 'none.yaml'],
      /none\.yaml, got ENOENT[\s\S]*ERR_CONFIG/,
    ],
    ['a configuration that is a folder', ['scan', '--config', '.'], /got EISDIR[\s\S]*ERR_CONFIG/],
    ['addresses of nothing', ['scan', '--address', '192.0.2.1'], /expected a target URL beside --address/],
    ['plain HTTP of nothing', ['scan', '--http-port', '80'], /expected a target URL beside --http-port/],
    ['plain HTTP of a database', ['scan', 'postgres://h', '--http-port', '80'], /only for https targets/],
    ['no port', ['scan', url, '--http-port', '65536'], /expected a port from 1 to 65535/],
    ['an address of an address', ['scan', url, '--address', '192.0.2.1'], /ERR_TARGET/],
    ['no address', ['scan', 'https://h.example', '--address', '1.2.3'], /expected an IPv4 or IPv6 address/],
    ['a duration without number', ['scan', url, '--timeout', 's'], /500ms, 5s or 2m/],
    ['a duration of nothing', ['scan', url, '--timeout', '0s'], /500ms, 5s or 2m/],
    ['a negative duration', ['scan', url, '--max-duration', '-1s'], /500ms, 5s or 2m/],
    ['a duration in days', ['scan', url, '--max-duration', '1d'], /500ms, 5s or 2m/],
    ['a duration beyond what timers hold', ['scan', url, '--timeout', '999999h'], /500ms, 5s or 2m/],
    ['no concurrency', ['scan', url, '--concurrency', '0'], /from 1 to 256/],
    ['too much concurrency', ['scan', url, '--concurrency', '257'], /from 1 to 256/],
    ['an unknown severity', ['scan', url, '--severity', 'hi'], /one of low, medium, high, critical/],
    ['an unknown limit', ['scan', url, '--fail-on', 'some'], /one of low, medium, high, critical/],
    ['an unknown option', ['scan', url, '--quite'], /unknown option '--quite'\n\(Did you mean --quiet\?\)/],
    ['an option without its value', ['scan', url, '--out'], /argument missing/],
    ['an unknown command', ['scna'], /unknown command 'scna'\n\(Did you mean scan\?\)/],
    ['a verify of nothing', ['verify'], /missing required argument 'bundle'/],
    ['a key to trust that is not there', ['verify', '.', '--trust', 'none.pem'], /none\.pem[\s\S]*ERR_KEY/],
    [
      'a report in no known format',
      ['report', '.', '--format', 'xml'],
      /got "xml"[\s\S]*text, json, html, pdf/,
    ],
    ['an unknown kind of system', ['grants', 'oracle'], /Allowed choices are postgres/],
    ['no command', [], /Usage: assay/],
  ])('%s', async (_, argv, words) => {
    const ended = await refused(argv);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(words);
  });
});

describe('a bundle that is none ends with 5, saying which', () => {
  test.each(['verify', 'report', 'evaluate'])('%s', async (command) => {
    const missing = await refused([command, 'nothing-here']);
    expect(missing.exitCode).toBe(5);
    expect(missing.stderr).toMatch(
      /expected a bundle's folder, got nothing at .*nothing-here\n[\s\S]*ERR_VERIFY_FORMAT/,
    );
    const folder = await refused([command, '.']);
    expect(folder.exitCode).toBe(5);
    expect(folder.stderr).toMatch(/with bagit\.txt, got .* without/);
  });

  test('as JSON it is still 5, on stdout', async () => {
    const { exitCode, stdout, stderr } = await assay(['verify', 'nothing-here', '--json'], { cwd });
    expect([exitCode, stderr]).toEqual([5, '']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'refused', code: 'ERR_VERIFY_FORMAT' });
  });
});

describe('output that cannot be written ends with 6', () => {
  const scan = ['scan', 'https://192.0.2.1', '--timeout', '1s'];
  test('a folder that is not there', async () => {
    const { exitCode, stderr } = await refused([...scan, '--out', 'none/bundle']);
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/none\/bundle, got ENOENT\n {2}fix: Create the folder[\s\S]*ERR_OUTPUT/);
  });

  test('a folder that exists', async () => {
    mkdirSync(join(cwd, 'there'));
    const { exitCode, stderr } = await refused([...scan, '--out', 'there']);
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/got something that exists[\s\S]*never overwritten[\s\S]*ERR_OUTPUT_EXISTS/);
  });

  test('what another scan, or one that was killed, left there', async () => {
    mkdirSync(join(cwd, 'left.partial'));
    const { exitCode, stderr } = await refused([...scan, '--out', 'left']);
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/left\.partial[\s\S]*remove the folder[\s\S]*ERR_OUTPUT_EXISTS/);
  });

  test('stdout on a full disk', async () => {
    const lost = Object.assign(new Error('write'), { code: 'ENOSPC', syscall: 'write' });
    const { exitCode, stderr } = await assay(['controls', 'list'], { lost });
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/standard output, got ENOSPC[\s\S]*exit code 6: .*ERR_OUTPUT/);
    expect((await assay(['scna'], { lost })).exitCode).toBe(2);
  });

  test('a reader that has seen enough is none of our trouble', async () => {
    const lost = Object.assign(new Error('write'), { code: 'EPIPE', syscall: 'write' });
    const { exitCode, stderr } = await assay(['controls', 'list'], { lost });
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

describe('what was typed is repeated without its control characters', () => {
  const hostile = '\u001b[31m\u001b]0;title\u0007\u009b2J\r';
  test.each([
    ['--control', ['scan', 'https://192.0.2.1', '--control', hostile]],
    ['an option', ['scan', `--${hostile}`]],
    ['a command', [hostile]],
    ['a file', ['scan', '--config', hostile]],
    ['a scheme', ['scan', `${hostile}://h`]],
    ['a bundle', ['verify', hostile]],
    ['a requirement', ['frameworks', 'show', 'gdpr', hostile]],
    ['a role', ['grants', 'postgres', '--role', `${hostile}\0`]],
    ['a key', ['keys', 'show', hostile]],
  ])('%s', async (_, argv) => {
    const { exitCode, stderr } = await refused(argv);
    expect(exitCode).toBeGreaterThan(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});

describe('help', () => {
  test.each([['--help'], ['help'], ['scan', '--help'], ['help', 'scan'], ['keys', '--help']])(
    '%s is data, and no error',
    async (...argv) => {
      const { exitCode, stdout, stderr } = await assay(argv);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: assay/);
    },
  );

  test('shows every option of a scan, with its default, and examples', async () => {
    const { stdout } = await assay(['scan', '--help']);
    const options =
      'config framework control tag severity address ca out format json key fail-on quiet timeout';
    for (const option of [...options.split(' '), 'concurrency', 'max-duration'])
      expect(stdout).toContain(`--${option}`);
    expect(stdout).toMatch(/default: "high"[\s\S]*default: 5s[\s\S]*Examples:\n {2}assay scan/);
  });

  test('the version is that of the package, alone on a line', async () => {
    for (const option of ['--version', '-V'])
      expect(await assay([option])).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

test('a configuration file that lists nothing says so', async () => {
  writeFileSync(join(cwd, 'empty.yaml'), 'organisation: Example\ntargets: []\n');
  const { exitCode, stderr } = await refused(['scan', '--config', 'empty.yaml']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/empty\.yaml:2:|ERR_NO_TARGET/);
});
