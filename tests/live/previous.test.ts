import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, FollowUp, History } from '../../src/model/index.ts';
import { assay } from '../cli/terminal.ts';
import { type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const versions = 'tls.protocol.tls10-tls11-refused';

/** The same target by its id, whatever answers there. */
function configure(name: string, port: number, more = 'environment: prod\n'): readonly string[] {
  writeFileSync(
    join(site.folder, name),
    `${more}system: shop
owners: { public: web-team }
due-days: { high: 16 }
targets:
  - { id: web, url: "tls://127.0.0.1:${port}", ca: ca.pem, tags: [public] }
`,
  );
  return ['--config', name, '--control', versions, '--timeout', '2s'];
}

const previously = (...bundles: readonly Scanned[]): readonly string[] =>
  bundles.flatMap(({ bundle }) => ['--previous', bundle]);

async function findings(
  { bundle }: Scanned,
  ...options: readonly string[]
): Promise<{ readonly list: readonly FollowUp[]; readonly text: string }> {
  const json = await assay(['findings', bundle, '--format', 'json', ...options]);
  const text = await assay(['findings', bundle, ...options]);
  expect([json.exitCode, text.exitCode, json.stderr, text.stderr]).toEqual([0, 0, '', '']);
  return { list: JSON.parse(json.stdout).findings, text: text.stdout };
}

function historyOf({ bundle }: Scanned): History {
  return JSON.parse(readFileSync(join(bundle, 'data/previous.json'), 'utf8'));
}

function exceptionsOf({ findings: all }: { readonly findings: readonly Finding[] }) {
  return all.flatMap(({ exceptions }) => exceptions);
}

async function verified({ bundle }: Scanned): Promise<void> {
  const { exitCode, stderr } = await assay(['verify', bundle]);
  expect([exitCode, stderr]).toEqual([0, '']);
}

describe('a weak server that is hardened, and then cannot be reached', () => {
  let weak: Scanned;
  let again: Scanned;
  let unreachable: Scanned;
  let back: Scanned;
  let hardened: Scanned;
  beforeAll(async () => {
    weak = await scan(site, configure('weak.yaml', site.weak));
    again = await scan(site, [...configure('weak.yaml', site.weak), ...previously(weak)]);
    unreachable = await scan(site, [...configure('gone.yaml', 1), ...previously(again)]);
    back = await scan(site, [...configure('weak.yaml', site.weak), ...previously(unreachable)]);
    hardened = await scan(site, [...configure('hard.yaml', site.hardened), ...previously(back, weak)]);
  });

  test('the first scan is compared with nothing, and what it found is due from then', async () => {
    const { endedAt } = weak.assessment.run;
    expect(existsSync(join(weak.bundle, 'data/previous.json'))).toBe(false);
    expect(weak.assessment.changes).toBeUndefined();
    const due = new Date(Date.parse(endedAt) + 16 * 86_400_000).toISOString().slice(0, 10);
    expect(exceptionsOf(weak).map(({ item }) => item)).toEqual(['TLSv1.0', 'TLSv1.1']);
    for (const exception of exceptionsOf(weak))
      expect(exception).toMatchObject({ firstSeen: endedAt, lastSeen: endedAt, owner: 'web-team', due });
    const { list } = await findings(weak, '--new');
    expect(list.map(({ key, state }) => [key, state])).toEqual(
      exceptionsOf(weak).map(({ fingerprint }) => [fingerprint, 'exception']),
    );
  });

  test('what was there yesterday fails today, and is as old as it is', async () => {
    expect([weak.exitCode, again.exitCode]).toEqual([3, 3]);
    expect(again.assessment.changes).toMatchObject({ new: 0, still: 2, gone: 0, notTestedNow: 0 });
    expect(again.assessment.changes?.since[0]?.runId).toBe(weak.assessment.run.id);
    for (const exception of exceptionsOf(again))
      expect(exception).toMatchObject({
        firstSeen: weak.assessment.run.endedAt,
        lastSeen: again.assessment.run.endedAt,
      });
    expect(again.stdout).toMatch(/^since \d{4}-\d\d-\d\d: 0 new, 2 still there, 0 gone/m);
    expect((await findings(again, '--new')).list).toEqual([]);
  });

  test('what cannot be reached is not gone, stays on the list and keeps its date', async () => {
    expect(unreachable.exitCode).toBe(4);
    expect(unreachable.assessment.changes).toMatchObject({ gone: 0, notTestedNow: 2, newlyNotTested: 1 });
    const { list, text } = await findings(unreachable);
    expect(list.map(({ state }) => state)).toEqual(['not-tested', 'unconfirmed', 'unconfirmed']);
    expect(list.slice(1).map(({ key, firstSeen }) => [key, firstSeen])).toEqual(
      exceptionsOf(weak).map(({ fingerprint }) => [fingerprint, weak.assessment.run.endedAt]),
    );
    expect(text).toContain('0 exceptions, 1 not tested, 2 seen earlier and not tested now; 0 overdue as of');
    const then = new Date(Date.parse(weak.assessment.run.endedAt) + 17 * 86_400_000).toISOString();
    const late = await findings(unreachable, '--overdue', '--at', then);
    expect(late.list).toHaveLength(3);
    expect(late.text).toContain(`3 overdue as of ${then.slice(0, 10)} (--at)`);
  });

  test('a night without an answer does not make it new', () => {
    expect(back.assessment.changes).toMatchObject({ new: 0, back: 0, still: 2, newlyNotTested: 0 });
    for (const { firstSeen } of exceptionsOf(back)) expect(firstSeen).toBe(weak.assessment.run.endedAt);
  });

  test('what the same test finds mended is gone', async () => {
    expect(hardened.exitCode).toBe(0);
    expect(hardened.assessment.changes).toMatchObject({ new: 0, still: 0, gone: 2, notTestedNow: 0 });
    expect(historyOf(hardened).bundles.map(({ runId }) => runId)).toEqual([
      weak.assessment.run.id,
      back.assessment.run.id,
    ]);
    expect((await findings(hardened)).list).toEqual([]);
  });

  test('every one of them verifies: the judgement rests on the bundle alone', async () => {
    for (const scanned of [weak, again, unreachable, back, hardened]) await verified(scanned);
  });

  test('reports say what changed', async () => {
    await assay(['report', unreachable.bundle, '--format', 'html,pdf']);
    const html = readFileSync(`${unreachable.bundle}.html`, 'utf8');
    expect(html).toContain('<h3>What changed</h3>');
    expect(html).toMatch(/not tested now<\/strong><\/td><td class="number">2</);
    await assay(['report', again.bundle, '--format', 'html']);
    expect(readFileSync(`${again.bundle}.html`, 'utf8')).toContain('<th scope="col" class="w15">Due</th>');
  });
});

test('who signed an earlier bundle is recorded, and not asked', async () => {
  const key = join(site.folder, 'key.pem');
  await assay(['keys', 'new', '--out', key]);
  const options = configure('hard.yaml', site.hardened);
  const signed = await scan(site, [...options, '--key', key]);
  const unsigned = await scan(site, options);
  const { assessment, exitCode } = await scan(site, [...options, ...previously(unsigned, signed)]);
  expect(exitCode).toBe(0);
  expect(assessment.changes?.since.map(({ signature }) => signature)).toEqual([
    { kind: 'signed', keyId: expect.stringMatching(/^[\w-]{43}$/) },
    { kind: 'unsigned' },
  ]);
});

describe('what a scan is not compared with', () => {
  const refused = async (argv: readonly string[]) => {
    const { exitCode, stderr } = await assay(['scan', ...argv, '--out', 'never'], { cwd: site.folder });
    expect(existsSync(join(site.folder, 'never'))).toBe(false);
    expect(existsSync(join(site.folder, 'never.partial'))).toBe(false);
    return [exitCode, stderr] as const;
  };

  test('a bundle of another environment, or of none', async () => {
    const prod = await scan(site, configure('prod.yaml', site.hardened));
    for (const more of ['environment: staging\n', '']) {
      const [exitCode, stderr] = await refused([
        ...configure('staging.yaml', site.hardened, more),
        ...previously(prod),
      ]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(
        `expected a bundle of the environment ${more === '' ? 'none' : '"staging"'}, got one of "prod"`,
      );
      expect(stderr).toContain('(ERR_PREVIOUS)');
    }
  });

  test('one that was altered anywhere, one that is none, one given twice', async () => {
    const prod = await scan(site, configure('prod.yaml', site.hardened));
    const options = configure('prod.yaml', site.hardened);
    const altered = join(site.folder, 'altered');
    cpSync(prod.bundle, altered, { recursive: true });
    writeFileSync(join(altered, 'data/log/run.jsonl'), '{"event":"nothing"}\n');
    const [exitCode, stderr] = await refused([...options, '--previous', altered]);
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining(`--previous ${altered}: expected`)]);
    expect(stderr).toContain('(ERR_VERIFY_ALTERED)');
    expect((await refused([...options, '--previous', 'ca.pem']))[0]).toBe(5);
    const [twice, words] = await refused([...options, ...previously(prod, prod)]);
    expect([twice, words]).toEqual([2, expect.stringContaining('expected each scan once')]);
  });
});
