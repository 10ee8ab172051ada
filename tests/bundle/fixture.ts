import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SigningKey } from '../../src/bundle/keys.ts';
import { controlSetSha256 } from '../../src/bundle/manifest.ts';
import type { BundleInputs } from '../../src/bundle/pack.ts';
import { openBundle, type SealedBundle } from '../../src/bundle/writer.ts';
import { parseControl } from '../../src/config/control-file.ts';
import { createJudge } from '../../src/engine/judge.ts';
import type {
  CollectedRecord,
  ControlSource,
  FactDefinition,
  Run,
  Scope,
  Subject,
} from '../../src/model/index.ts';

const instant = '2026-11-20T02:00:00.000Z';

const controlText = `id: tls.protocol.old-refused
version: 1
title: Old versions are refused
severity: high
subject: tls-endpoint
params: { refused: { type: "list<string>", default: [TLSv1.0, TLSv1.1] } }
expect: params.refused.all(v, tls.versions[v] == "refused")
message: old versions are accepted
remediation: { any: switch them off }
references: [RFC 8996]
proves: what the server answered
does-not-prove: what it answers to others
satisfies: {}
`;
const controlFile = 'controls/tls/tls.protocol.old-refused.yaml';
const control: ControlSource = {
  file: controlFile,
  text: controlText,
  control: parseControl(controlFile, controlText).control,
};

const fact: FactDefinition = {
  name: 'tls.versions',
  subject: 'tls-endpoint',
  schema: {
    type: 'map',
    description: 'answer by version',
    keys: ['TLSv1.0', 'TLSv1.1'],
    values: { type: 'string', enum: ['accepted', 'refused'], description: 'answer' },
  },
};

const run: Run = {
  format: 0,
  id: '11111111-1111-4111-8111-111111111111',
  tool: { name: 'assay', version: '0.1.0', semantics: 1 },
  startedAt: instant,
  endedAt: '2026-11-20T02:04:00.000Z',
  judgedAt: '2026-11-20T02:04:00.000Z',
  utcOffsetMinutes: 60,
  vantage: 'default',
  operator: { user: 'ops', host: 'audit-1', root: false },
  series: null,
  draft: true,
  failOn: 'high',
  selection: { frameworks: [], controls: [], tags: [], severity: 'low' },
  controlSetSha256: controlSetSha256([control]),
};

function subject(id: string): Subject {
  return {
    id,
    targetId: id.replace(/~.*/, ''),
    kind: 'tls-endpoint',
    locator: 'https://pay.example:443',
    host: 'pay.example',
    port: 443,
    tags: [],
    optional: false,
  };
}

const subjectIds = ['web', 'pay~2001:db8::1', 'pay~192.0.2.1'];

const scope: Scope = {
  format: 0,
  inventory: 'command-line',
  audits: [],
  targets: [],
  subjects: subjectIds.map(subject),
  outOfScope: [],
};

/** A subject of which one version was seen to be as given, with two files of evidence. */
export function collected(id: string, tls10 = 'refused'): CollectedRecord {
  const observed = {
    fact: 'tls.versions',
    method: 'TEST' as const,
    startedAt: instant,
    endedAt: instant,
    attempts: 1,
    requests: ['ClientHello for each version'],
  };
  return {
    format: 0,
    subject: subject(id),
    vantage: 'default',
    identity: { 'certificate-sha256': 'ab' },
    connections: 2,
    observations: [
      {
        ...observed,
        kind: 'seen',
        value: { 'TLSv1.1': 'refused', 'TLSv1.0': tls10 },
        completeness: [{ list: '', basis: 'every version was tried', returned: 2, missing: [] }],
        withheld: [],
        evidence: [
          {
            title: 'transcript',
            mediaType: 'text/plain',
            extension: 'txt',
            bytes: Buffer.from(`hello ${id}\n`),
          },
          {
            title: 'raw',
            mediaType: 'application/octet-stream',
            extension: 'bin',
            bytes: Buffer.from([0, 255]),
          },
        ],
      },
      {
        ...observed,
        fact: 'tls.chain',
        kind: 'unseen',
        reason: { code: 'ERR_TIMEOUT', message: 'no answer', remedy: 'try again' },
        evidence: [],
      },
    ],
  };
}

export function inputs(signingKey?: SigningKey): BundleInputs {
  const recorded = {
    run,
    scope,
    overrides: { format: 0, overrides: [] } as const,
    controls: [control],
    facts: [fact],
    frameworks: [],
  };
  return { ...recorded, judge: createJudge(recorded), signingKey };
}

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a bundle of three subjects, one of which fails, into `out`. */
export async function writeBundle(out: string, signingKey?: SigningKey): Promise<SealedBundle> {
  const bundle = await openBundle(out);
  await bundle.appendLog({ at: instant, event: 'started' });
  for (const id of subjectIds) await bundle.spool(collected(id, id === 'web' ? 'accepted' : 'refused'));
  await bundle.appendLog({ at: instant, event: 'ended' });
  return bundle.seal(inputs(signingKey));
}

/** Paths of all files under a folder, ordered. */
export function filesUnder(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => statSync(join(folder, path)).isFile()).sort();
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
