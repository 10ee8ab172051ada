import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/cli/doctor.ts';
import { assay } from '../cli/terminal.ts';
import { type Site, scan, startSite } from './scanning.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

async function diagnosed(...argv: readonly string[]): Promise<Diagnosis & { readonly exitCode: number }> {
  const { exitCode, stdout } = await assay(['doctor', ...argv, '--format', 'json'], { cwd: site.folder });
  return { exitCode, ...JSON.parse(stdout) };
}

describe('systems of other kinds', () => {
  test('of each the controls that a scan comes to no conclusion on, and no other', async () => {
    const urls = [`https://127.0.0.1:${site.hardened}`, `tls://127.0.0.1:${site.weak}`];
    const { subjects, exitCode } = await diagnosed(...urls);
    const { findings } = await scan(site, urls);
    const notTested = findings
      .filter(({ reason }) => reason === 'unseen' || reason === 'error')
      .map(({ controlId, subjectId }) => `${subjectId} ${controlId}`);
    expect(
      subjects.flatMap(({ id, notTested }) => notTested.map(({ control }) => `${id} ${control}`)).sort(),
    ).toEqual(notTested.sort());
    expect(subjects.map(({ kind, reach }) => [kind, reach]).sort()).toEqual([
      ['http-api', 'reached'],
      ['tls-endpoint', 'reached'],
      ['tls-endpoint', 'reached'],
    ]);
    expect(exitCode).toBe(notTested.length === 0 ? 0 : 4);
  });

  test('what can all be seen ends with 0', async () => {
    const url = `tls://127.0.0.1:${site.weak}`;
    expect(await diagnosed(url, '--control', 'tls.protocol.tls13-offered')).toMatchObject({
      exitCode: 0,
      subjects: [{ controls: 1, notTested: [], facts: [{ fact: 'tls.versions', sight: 'seen' }] }],
    });
  });

  test('a name that nobody knows is not reached', async () => {
    const { subjects, exitCode } = await diagnosed(
      ...['tls://nowhere.invalid', '--timeout', '1s', '--control', 'tls.protocol.tls13-offered'],
    );
    expect([exitCode, subjects]).toMatchObject([
      4,
      [{ reach: 'not-reached', connections: 0, failure: { code: 'ERR_UNRESOLVED' } }],
    ]);
  });

  test('a kind that no selected control is about is asked for nothing, which proves nothing', async () => {
    const argv = [`tls://127.0.0.1:${site.weak}`, '--control', 'postgres.tls.enabled'];
    expect(await diagnosed(...argv)).toMatchObject({ exitCode: 4, subjects: [{ facts: [], controls: 0 }] });
    const { stdout } = await assay(['doctor', ...argv]);
    expect(stdout).toContain('nothing is asked of it: no selected control is about it');
  });
});

test('it ends when its time is up, and says what was not reached', async () => {
  const silent = await site.fake(() => undefined);
  const argv = [`tls://127.0.0.1:${silent.port}`, '--timeout', '30s', '--max-duration', '300ms'];
  const { subjects, exitCode } = await diagnosed(...argv);
  expect([exitCode, subjects]).toMatchObject([4, [{ failure: { code: 'ERR_INTERRUPTED' } }]]);
});

test.each([
  [['doctor', '--probe', 'flaws'], /unknown option '--probe'/],
  [['doctor', 'tls://h', '--format', 'html'], /Allowed choices are text, json/],
  [['doctor'], /ERR_/],
  [['doctor', 'postgres://a:secret@h/db'], /ERR_LITERAL_SECRET/],
])('%j is refused', async (argv, words) => {
  const { exitCode, stdout, stderr } = await assay(argv, { cwd: site.folder });
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('secret@');
});
