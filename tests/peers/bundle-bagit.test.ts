import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, writeBundle } from '../bundle/fixture.ts';

/** The rules of RFC 8493 that make a bag complete and valid, read by tools that know nothing of assay. */
test('is a valid BagIt 1.0 bag', async () => {
  const folder = join(temporaryFolder(), 'b');
  await writeBundle(folder);
  const shell = (command: string): string =>
    execFileSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect(readFileSync(join(folder, 'bagit.txt'), 'utf8')).toMatch(
    /^BagIt-Version: 1\.0\nTag-File-Character-Encoding: UTF-8\n$/,
  );
  const payload = shell('find data -type f | LC_ALL=C sort');
  expect(shell('cut -c 67- manifest-sha256.txt')).toBe(payload);
  expect(shell('cut -c 67- tagmanifest-sha256.txt')).toBe(
    shell("ls | grep -v -e '^data$' -e '^tagmanifest' | LC_ALL=C sort"),
  );
  shell('sha256sum --strict --quiet -c manifest-sha256.txt tagmanifest-sha256.txt');
  const bytes = shell("find data -type f -printf '%s\\n' | awk '{ s += $1 } END { print s }'").trim();
  const files = shell('find data -type f | wc -l').trim();
  const info = readFileSync(join(folder, 'bag-info.txt'), 'utf8');
  expect(info).toContain(`Payload-Oxum: ${bytes}.${files}\n`);
  expect(info).toMatch(/^(?:[A-Za-z-]+: \S.*\n)+$/);
  expect(shell('find . -name "*%*"')).toBe('');
});
