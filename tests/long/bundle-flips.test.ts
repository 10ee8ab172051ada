import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKey } from '../../src/bundle/keys.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { AssayError } from '../../src/model/index.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { filesUnder, temporaryFolder, writeBundle } from '../bundle/fixture.ts';
import { sampled } from './sample.ts';

const codes = /^ERR_VERIFY_(ALTERED|EXTRA|MISSING|SIGNATURE|FORMAT)$/;

test('one byte changed anywhere in a signed bundle is refused', async () => {
  const folder = temporaryFolder();
  const key = await createKey(join(folder, 'key.pem'));
  const bundle = join(folder, 'bundle');
  await writeBundle(bundle, key);
  const verify = () => verifyBundle(bundle, { trust: [key], judgeFactory: createJudge });
  await expect(verify()).resolves.toMatchObject({ origin: 'trusted' });
  const places = filesUnder(bundle).flatMap((file) =>
    Array.from(readFileSync(join(bundle, file)), (_, offset) => ({ file, offset })),
  );
  for (const { file, offset } of sampled(places, 400)) {
    const path = join(bundle, file);
    const bytes = readFileSync(path);
    const before = bytes[offset] ?? 0;
    bytes[offset] = before ^ (1 << (offset % 8));
    writeFileSync(path, bytes);
    const error = await verify().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error, `${file} at ${offset}`).toBeInstanceOf(AssayError);
    expect((error as AssayError).code, `${file} at ${offset}`).toMatch(codes);
    bytes[offset] = before;
    writeFileSync(path, bytes);
  }
  await expect(verify()).resolves.toMatchObject({ origin: 'trusted' });
});
