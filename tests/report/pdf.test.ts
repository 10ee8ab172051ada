import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderPdf } from '../../src/report/pdf.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { pdfAssets } from './assets.ts';
import { largeInput, reportInput } from './fixture.ts';

async function pdfOf(input: ReportInput): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of renderPdf(input, pdfAssets)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The compressed streams in order: how tightly they are packed may differ between machines, what they say may not. */
function streamsOf(pdf: Buffer): readonly Buffer[] {
  const text = pdf.toString('latin1');
  const lengths = [...text.matchAll(/\/Length (\d+)\n\/Filter \/FlateDecode\n>>\nstream\n/g)];
  return lengths.map((match) => {
    const start = match.index + match[0].length;
    return inflateSync(pdf.subarray(start, start + Number(match[1])));
  });
}

function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type \/Page\n/g)?.length ?? 0;
}

describe('renderPdf', () => {
  let pdf: Buffer = Buffer.alloc(0);
  beforeAll(async () => {
    pdf = await pdfOf(reportInput());
  });

  it('says what the golden digest says', async () => {
    const digest = createHash('sha256');
    for (const stream of streamsOf(pdf)) digest.update(stream);
    await expect(`${digest.digest('hex')}\n`).toMatchFileSnapshot('../golden/report-pdf-streams.sha256');
  });

  it('gives the same bytes for the same input, and others for another bundle', async () => {
    expect((await pdfOf(reportInput())).equals(pdf)).toBe(true);
    const input = reportInput();
    const other = await pdfOf({ ...input, seal: { ...input.seal, fingerprint: 'e'.repeat(64) } });
    const identifier = /\/ID \[(.*)\]/;
    expect(identifier.exec(other.toString('latin1'))?.[1]).not.toBe(
      identifier.exec(pdf.toString('latin1'))?.[1],
    );
  });

  it('takes its dates from the record', () => {
    expect(pdf.toString('latin1').match(/D:\d{14}Z/g)).toEqual(['D:20261120020003Z', 'D:20261120020003Z']);
  });

  it('is tagged, embeds its fonts, and can neither run nor open anything', () => {
    const text = pdf.toString('latin1');
    expect(text).toContain('/Marked true');
    expect(text).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(text).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(text.match(/\/FontFile2 /g)).toHaveLength(3);
    expect(text).not.toMatch(/\/(JavaScript|JS|OpenAction|AA|URI|Launch|Annots|EmbeddedFile)\b/);
  });

  it('goes over as many pages as there are findings for', async () => {
    const many = await pdfOf(largeInput(60, 2));
    expect(pagesOf(many)).toBeGreaterThan(30);
    expect(many.subarray(-6).toString()).toBe('%%EOF\n');
  });

  it('takes a row that is taller than a page', async () => {
    const input = reportInput();
    const basis = Array.from({ length: 40 }, (_, at) => `source ${at} ${'\u202E'.repeat(499)}`);
    const findings = [...input.findings()].map((finding) => ({
      ...finding,
      population: { ...finding.population, basis },
    }));
    expect(pagesOf(await pdfOf({ ...input, findings: () => findings }))).toBeGreaterThan(pagesOf(pdf));
  });
});
