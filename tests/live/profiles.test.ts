import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Assessment } from '../../src/model/index.ts';
import { assay, lastLine } from '../cli/terminal.ts';
import { type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
let scanned: Scanned;

beforeAll(async () => {
  site = await startSite();
  scanned = await scan(site, [`tls://127.0.0.1:${site.hardened}`, '--ca', 'ca.pem']);
}, 60_000);
afterAll(() => site.stop());

interface Another extends Assessment {
  readonly anotherJudgement: { readonly profiles: readonly unknown[]; readonly bundle: object };
}

async function judged(...names: readonly string[]): Promise<{ exitCode: number; assessment: Another }> {
  const profiles = names.flatMap((name) => ['--profile', name]);
  const { exitCode, stdout } = await assay(['evaluate', scanned.bundle, ...profiles, '--json'], {
    cwd: site.folder,
  });
  return { exitCode, assessment: JSON.parse(stdout) as Another };
}

function reasonOf({ controls }: Assessment, id: string): string | undefined {
  const reasons = controls.find((control) => control.id === id)?.reasons;
  return Object.entries(reasons ?? {}).find(([, count]) => count > 0)?.[0];
}

describe('one scan, judged by profiles', () => {
  test('modern finds what intermediate lets through, NIST what Mozilla does not, over the same observations', async () => {
    const [modern, intermediate, nist] = await Promise.all(
      ['mozilla-modern-6.0', 'mozilla-intermediate-6.0', 'nist-sp-800-52r2'].map((name) => judged(name)),
    );
    const of = (one: typeof modern, id: string) => one && reasonOf(one.assessment, id);
    const old = 'tls.protocol.tls10-tls11-refused';
    expect([modern, intermediate, nist].map((one) => of(one, old))).toEqual(['fail', 'pass', 'pass']);
    const suites = 'tls.cipher.approved-suites';
    expect([modern, intermediate, nist].map((one) => of(one, suites))).toEqual(['fail', 'pass', 'fail']);
    expect(modern?.exitCode).toBe(3);
    expect(modern?.assessment.outcome.exitCode).toBe(3);
    expect(modern?.assessment.run.id).toBe(scanned.assessment.run.id);
  });

  test('what the bundle did not look at is not tested, and not a pass', async () => {
    const { exitCode, assessment } = await judged('bsi-tr-02102-2-2026');
    expect(scanned.assessment.controls.map(({ id }) => id)).not.toContain('tls.kex.approved-signatures');
    expect(reasonOf(assessment, 'tls.kex.approved-signatures')).toBe('unseen');
    expect(assessment.outcome.exitCode).toBe(exitCode);
    expect([3, 4]).toContain(exitCode);
  });

  test('says that it is another judgement, and whose it is not', async () => {
    const { stdout, exitCode } = await assay(['evaluate', scanned.bundle, '--profile', 'mozilla-old-5.8'], {
      cwd: site.folder,
    });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'ANOTHER JUDGEMENT than the bundle records: the same observations, judged now by',
      expect.stringMatching(/^ {2}mozilla-old-5\.8 \(sha256 [0-9a-f]{64}\)$/),
      `  The bundle's own is exit code ${scanned.exitCode}: ${scanned.assessment.outcome.words}`,
    ]);
    expect(stdout).toContain('looser: tls.kex.dh-parameters minimumBits = 1024 in place of 2048');
    expect(stdout).toContain(`next: assay evaluate ${scanned.bundle}\n`);
    expect(lastLine(stdout)).toMatch(new RegExp(`^exit code ${exitCode}: `));
    const { assessment } = await judged('mozilla-old-5.8');
    expect(assessment.anotherJudgement).toMatchObject({
      profiles: [{ id: 'mozilla-old-5.8' }],
      bundle: { fingerprint: expect.any(String), outcome: { exitCode: scanned.exitCode } },
    });
    expect(assessment.scope.tailoring?.profiles).toMatchObject([{ id: 'mozilla-old-5.8' }]);
    expect(readFileSync(join(scanned.bundle, 'data/assessment.json'), 'utf8')).not.toContain('mozilla');
    expect((await assay(['verify', scanned.bundle], { cwd: site.folder })).exitCode).toBe(0);
  });

  test('a profile of one’s own narrows reports to its frameworks; two profiles join', async () => {
    writeFileSync(
      join(site.folder, 'own.yaml'),
      'id: own\ntitle: O\nselect: { frameworks: [hipaa], controls: [tls.cipher] }\n' +
        'exclude: [{ control: tls.cipher.aead-only, reason: old readers }]\n',
    );
    const { assessment } = await judged('own.yaml');
    expect(assessment.audits.map(({ audit }) => audit.framework)).toEqual(['hipaa']);
    expect(assessment.scope.tailoring?.excluded).toMatchObject([{ control: 'tls.cipher.aead-only' }]);
    const ids = assessment.controls.map(({ id }) => id);
    expect(ids).toContain('tls.cipher.forward-secrecy-only');
    expect(ids).not.toContain('tls.cipher.aead-only');
    const both = await judged('own.yaml', 'pci-dss-4.0.1-tls');
    expect(both.assessment.audits.map(({ audit }) => audit.framework)).toEqual(['hipaa', 'pci-dss-4.0.1']);
    expect(both.assessment.controls.length).toBeGreaterThan(ids.length);
  });

  test('what cannot be judged by is refused, without a result', async () => {
    for (const name of ['mozilla', './none.yaml']) {
      const ended = await assay(['evaluate', scanned.bundle, '--profile', name], { cwd: site.folder });
      expect([ended.exitCode, ended.stdout]).toEqual([2, '']);
      expect(ended.stderr).toContain('ERR_PROFILE');
    }
    const altered = join(site.folder, 'altered');
    cpSync(scanned.bundle, altered, { recursive: true });
    rmSync(join(altered, 'data/run.json'));
    const ended = await assay(['evaluate', altered, '--profile', 'mozilla-modern-6.0'], { cwd: site.folder });
    expect([ended.exitCode, ended.stdout]).toEqual([5, '']);
  });
});

describe('a scan by a profile', () => {
  test('takes it in place of the configuration’s, looks at all that it asks for, and records it', async () => {
    writeFileSync(join(site.folder, 'mine.yaml'), 'id: mine\ntitle: M\nselect: { controls: [tls.cert] }\n');
    writeFileSync(
      join(site.folder, 'assay.yaml'),
      `profile: mine.yaml\ntargets: [{ id: web, url: "tls://127.0.0.1:${site.hardened}", ca: ca.pem }]\n` +
        'params: { system: { tls.kex.dh-parameters: { minimumBits: { value: 4096, reason: ours } } } }\n',
    );
    const { assessment, findings, exitCode, bundle } = await scan(site, ['--profile', 'bsi-tr-02102-2-2026']);
    expect(assessment.scope.tailoring?.profiles).toMatchObject([{ id: 'bsi-tr-02102-2-2026' }]);
    const of = (id: string) => findings.find(({ controlId }) => controlId === id);
    expect(of('tls.kex.approved-signatures')?.reason).not.toBe('unseen');
    expect(of('tls.kex.dh-parameters')?.params['minimumBits']).toMatchObject({
      value: 4096,
      origin: 'system',
    });
    expect(of('tls.cert.renewal-headroom')).toBeUndefined();
    const again = await assay(['evaluate', bundle, '--profile', 'bsi-tr-02102-2-2026', '--json'], {
      cwd: site.folder,
    });
    expect(again.exitCode).toBe(exitCode);
    const { counts, controls } = JSON.parse(again.stdout) as Assessment;
    expect({ counts, controls }).toEqual({ counts: assessment.counts, controls: assessment.controls });
    expect((await assay(['verify', bundle], { cwd: site.folder })).exitCode).toBe(0);
  }, 60_000);
});
