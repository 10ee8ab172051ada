import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { outputError } from '../bundle/disk.ts';
import { type Bundle, readBundle, writtenBundle } from '../bundle/reader.ts';
import type { SealedBundle } from '../bundle/writer.ts';
import { parseControl } from '../config/control-file.ts';
import { didYouMean } from '../config/suggest.ts';
import { AssayError, type Control } from '../model/index.ts';
import type { ReportInput } from '../report/report-input.ts';
import { orRefused } from '../verify/refused.ts';
import { compiledControlReader } from './compiled-controls.ts';
import { readPackageFile } from './package-files.ts';

/** The files a report can be written as, beside its bundle. */
export const reportFormats = ['json', 'html', 'pdf'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** @throws AssayError ERR_UNKNOWN_FORMAT with what was probably meant. */
export function requireFormats(
  names: readonly string[],
  known: readonly string[] = reportFormats,
): readonly ReportFormat[] {
  return [...new Set(names)].map((name) => {
    const format = reportFormats.find((candidate) => candidate === name);
    if (format) return format;
    throw new AssayError(
      'ERR_UNKNOWN_FORMAT',
      `expected a report format, got "${name}"${didYouMean(name, known)}`,
      { remedy: `Formats: ${known.join(', ')}.` },
    );
  });
}

/** What reports are made from: a bundle, read back. */
export async function readReportInput(folder: string): Promise<ReportInput> {
  return reportInputOf(await readBundle(folder), await compiledControlReader());
}

/** The same of the bundle that a scan has just written. */
export async function readWritten(bundle: SealedBundle): Promise<ReportInput> {
  return reportInputOf(writtenBundle(bundle), await compiledControlReader());
}

export function reportInputOf(bundle: Bundle, parse = parseControl): ReportInput {
  const controls = bundle.readControls().map(({ file, text }): [string, Control] => {
    const { control } = orRefused('controls that can be read', () => parse(file, text));
    return [control.id, control];
  });
  return {
    assessment: bundle.readAssessment(),
    findings: () => bundle.findings(),
    subjects: () => bundle.subjects(),
    controls: new Map(controls),
    frameworks: new Map(bundle.readFrameworks().map((framework) => [framework.id, framework])),
    seal: bundle.seal,
    bundleName: basename(bundle.folder),
  };
}

/**
 * Writes reports beside the bundle, as `<bundle>.<format>`: the same bundle gives the same bytes.
 *
 * @returns the paths written.
 * @throws AssayError ERR_OUTPUT
 */
export async function writeReports(
  folder: string,
  formats: readonly ReportFormat[],
  input: ReportInput,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const format of formats) {
    const path = `${folder.replace(/[/\\]+$/, '')}.${format}`;
    await writeWhole(path, await renderer(format, input));
    written.push(path);
  }
  return written;
}

async function renderer(
  format: ReportFormat,
  input: ReportInput,
): Promise<Iterable<string> | AsyncIterable<Uint8Array>> {
  switch (format) {
    case 'json':
      return (await import('../report/json.ts')).renderJson(input);
    case 'html': {
      const [{ renderHtml }, css, js] = await Promise.all([
        import('../report/html.ts'),
        readPackageFile('reports/html.css'),
        readPackageFile('reports/html.js'),
      ]);
      return renderHtml(input, { css: css.toString('utf8'), js: js.toString('utf8') });
    }
    case 'pdf': {
      const [{ renderPdf }, regular, bold, mono] = await Promise.all([
        import('../report/pdf.ts'),
        readPackageFile('reports/fonts/NotoSans-Regular.ttf'),
        readPackageFile('reports/fonts/NotoSans-Bold.ttf'),
        readPackageFile('reports/fonts/NotoSansMono-Regular.ttf'),
      ]);
      return renderPdf(input, { regular, bold, mono });
    }
  }
}

const blockCharacters = 1_048_576;

/** Readable by its owner only: a report tells an attacker where to look. Whole or not at all. */
async function writeWhole(path: string, chunks: Iterable<string> | AsyncIterable<Uint8Array>): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    const file = await open(partial, 'wx', 0o600);
    try {
      for await (const block of inBlocks(chunks)) await file.writeFile(block);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw outputError(error, path);
  }
}

/** Text comes in many small pieces: to write each by itself takes longer than to make them. */
async function* inBlocks(
  chunks: Iterable<string> | AsyncIterable<Uint8Array>,
): AsyncIterable<string | Uint8Array> {
  let pending = '';
  for await (const chunk of chunks) {
    if (typeof chunk !== 'string') yield chunk;
    else pending += chunk;
    if (pending.length < blockCharacters) continue;
    yield pending;
    pending = '';
  }
  if (pending !== '') yield pending;
}
