import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readDocuments } from '../../src/cli/documents.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));
const bytes = Buffer.alloc(300_000, 'report');
writeFileSync(join(folder, 'aoc.pdf'), bytes);

const configuration = (file: string): string => `targets: [{ url: "https://a.example" }]
alternatives:
  - framework: hipaa
    requirement: 164.312(a)(2)(iii)
    reason: r
    approved-by: CISO
    document: { name: R-7, file: ${file}, date: 2026-01-01 }
`;
const read = (file: string) =>
  readDocuments(parseAssayFile('assay.yaml', configuration(file)), (path) => join(folder, path));

test('a document becomes its digest; its path and content stay where they are', async () => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(await read('aoc.pdf')).toEqual({
    alternatives: [
      {
        framework: 'hipaa',
        requirement: '164.312(a)(2)(iii)',
        reason: 'r',
        approvedBy: 'CISO',
        document: { name: 'R-7', date: '2026-01-01', sha256 },
      },
    ],
  });
});

test.each([
  ['gone.pdf', 'ENOENT'],
  ['.', 'something else'],
])('%s: refused with its place', async (file, got) => {
  await expect(read(file)).rejects.toMatchObject({
    code: 'ERR_CONFIG',
    message: `assay.yaml:7:34 expected a regular file that can be read, got ${got}`,
  });
});
