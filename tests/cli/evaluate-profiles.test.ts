import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../src/bundle/reader.ts';
import { judgeByProfiles } from '../../src/cli/evaluate-profiles.ts';
import { facts } from '../../src/facts/index.ts';
import type { Assessment, FactDefinition, Run, Scope } from '../../src/model/index.ts';
import { terminal } from './terminal.ts';

const curves = 'tls.kex.curves';
const run = {
  tool: { name: 'assay', version: '0.0.1', semantics: 1 },
  selection: { frameworks: [], controls: ['postgres'], tags: [], severity: 'critical' },
  failOn: 'high',
} as unknown as Run;

/** A bundle in memory, of which nothing was observed. */
function bundle(more: Partial<Bundle>): Bundle {
  const scope = { audits: [], targets: [], subjects: [], outOfScope: [] } as unknown as Scope;
  return {
    folder: '/bundle',
    seal: { fingerprint: 'f' } as Bundle['seal'],
    readRun: () => run,
    readScope: () => scope,
    readOverrides: () => ({ format: 0, overrides: [] }),
    readHistory: () => undefined,
    readAssessment: () =>
      ({ outcome: { exitCode: 4, words: 'nothing was measured' } }) as unknown as Assessment,
    readControls: () => [],
    readFacts: () => facts,
    readFrameworks: () => [],
    subjects: () => [],
    findings: () => [],
    log: () => [],
    ...more,
  };
}

async function judged(one: Bundle, ...names: readonly string[]) {
  const { io, ended } = terminal();
  return ended(await judgeByProfiles(one, names, { json: true }, io));
}

describe('a bundle judged by profiles', () => {
  test('its own controls go before those of assay, and what narrowed the scan does not count', async () => {
    const text = readFileSync(`controls/tls/${curves}.yaml`, 'utf8').replace(
      /^severity: .*/m,
      'severity: critical',
    );
    const own = { file: `controls/tls/${curves}.yaml`, text };
    const { stdout } = await judged(bundle({ readControls: () => [own] }), 'mozilla-modern-6.0');
    const { controls, run: judgedRun, scope } = JSON.parse(stdout) as Assessment;
    expect(controls.find(({ id }) => id === curves)?.severity).toBe('critical');
    expect(controls.map(({ id }) => id)).toContain('tls.protocol.tls13-offered');
    expect(controls.map(({ id }) => id).filter((id) => id.startsWith('postgres'))).toEqual([]);
    expect(judgedRun.selection).toEqual({ frameworks: [], controls: [], tags: [], severity: 'low' });
    expect(scope.tailoring?.selects).toHaveLength(1);
  });

  test('a schema of the bundle that a control of assay cannot read is no fault of the bundle', async () => {
    const suites: FactDefinition = {
      name: 'tls.suites',
      subject: 'tls-endpoint',
      schema: {
        type: 'object',
        description: '',
        properties: { names: { type: 'array', description: '', items: { type: 'string', description: '' } } },
      },
    };
    const older = facts.map((fact) => (fact.name === suites.name ? suites : fact));
    await expect(judged(bundle({ readFacts: () => older }), 'mozilla-modern-6.0')).rejects.toMatchObject({
      code: 'ERR_PROFILE',
      message: expect.stringContaining('whose controls can be judged by what the bundle has, got: '),
      remedy: expect.stringMatching(/^Scan again with this assay \(.+\); the bundle is by 0\.0\.1\.$/),
    });
  });

  test('a control of the bundle that cannot be read is', async () => {
    const broken = { file: `controls/tls/${curves}.yaml`, text: 'id: x\n' };
    await expect(
      judged(bundle({ readControls: () => [broken] }), 'mozilla-modern-6.0'),
    ).rejects.toMatchObject({ code: 'ERR_VERIFY_FORMAT' });
  });
});
