import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { paths } from '../../src/bundle/layout.ts';
import type { BundleInputs } from '../../src/bundle/pack.ts';
import { readBundle } from '../../src/bundle/reader.ts';
import { openBundle } from '../../src/bundle/writer.ts';
import { fingerprint } from '../../src/engine/identity.ts';
import { createJudge } from '../../src/engine/judge.ts';
import type { History } from '../../src/model/index.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { collected, inputs, temporaryFolder, writeBundle } from '../bundle/fixture.ts';

const control = 'tls.protocol.old-refused';
const key = fingerprint(control, 'web', 'TLSv1.0');

function history(firstSeen: string): History {
  return {
    format: 0,
    bundles: [
      {
        fingerprint: '1'.repeat(64),
        runId: '22222222-2222-4222-8222-222222222222',
        endedAt: '2026-11-19T02:00:00.000Z',
        signature: { kind: 'signed', keyId: 'k'.repeat(43) },
      },
    ],
    exceptions: {
      [key]: {
        control,
        subject: 'web',
        item: 'TLSv1.0',
        severity: 'high',
        test: '3'.repeat(64),
        firstSeen,
        lastSeen: '2026-11-19T02:00:00.000Z',
      },
    },
    notTested: {},
  };
}

const early = history('2026-10-01T00:00:00.000Z');

/** A bundle judged with one history that says it was judged with another. */
async function bundleOf(judged: History | undefined, written: unknown): Promise<string> {
  const { judge: _, signingKey: __, history: ___, ...base } = inputs();
  const recorded = {
    ...base,
    scope: {
      ...base.scope,
      subjects: base.scope.subjects.filter(({ id }) => id === 'web'),
      dueDays: { critical: 7, high: 30, medium: 90, low: 180 },
    },
  };
  const judge = createJudge({ ...recorded, ...(judged && { history: judged }) });
  const out = join(temporaryFolder(), 'bundle');
  const writer = await openBundle(out);
  await writer.spool(collected('web', 'accepted'));
  await writer.seal({
    ...recorded,
    ...(written !== undefined && { history: written as History }),
    judge,
  } as BundleInputs);
  return out;
}

const verify = (folder: string) => verifyBundle(folder, { judgeFactory: createJudge });

describe('a bundle that was compared with earlier ones', () => {
  test('carries what they said, and verifies by it', async () => {
    const folder = await bundleOf(early, early);
    expect((await verify(folder)).judged).toEqual({ subjects: 1, findings: 1 });
    const bundle = await readBundle(folder);
    expect(bundle.readHistory()).toEqual(early);
    const [finding] = [...bundle.findings()];
    expect(finding?.exceptions[0]).toMatchObject({
      firstSeen: '2026-10-01T00:00:00.000Z',
      due: '2026-10-31',
    });
    expect(bundle.readAssessment().changes).toMatchObject({ still: 1, since: early.bundles });
  });

  test.each([
    ['a younger history', early, history('2026-11-18T00:00:00.000Z')],
    ['none', early, undefined],
    ['one that it was not judged by', undefined, early],
  ])('with %s in its place is another verdict', async (_, judged, written) => {
    await expect(verify(await bundleOf(judged, written))).rejects.toMatchObject({
      code: 'ERR_VERIFY_VERDICT',
    });
  });

  test.each([
    [
      'a date that no calendar has',
      {
        ...early,
        exceptions: { [key]: { ...early.exceptions[key], firstSeen: '2026-99-01T00:00:00.000Z' } },
      },
    ],
    ['a key that is no fingerprint', { ...early, exceptions: { constructor: early.exceptions[key] } }],
    ['another format', { ...early, format: 1 }],
    ['no list of bundles', { ...early, bundles: undefined }],
  ])('is refused for %s', async (_, written) => {
    await expect(verify(await bundleOf(early, written))).rejects.toMatchObject({ code: 'ERR_VERIFY_FORMAT' });
  });
});

test('a bundle that was compared with none has no such file', async () => {
  const folder = join(temporaryFolder(), 'bundle');
  await writeBundle(folder);
  expect((await readBundle(folder)).readHistory()).toBeUndefined();
  expect(readFileSync(join(folder, paths.manifest), 'utf8')).not.toContain(paths.previous);
});
