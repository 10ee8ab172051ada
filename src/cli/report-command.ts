import { resolve } from 'node:path';
import { renderText } from '../report/text.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { readReportInput, reportFormats, requireFormats, writeReports } from './report-files.ts';
import { styleFor } from './style.ts';

/** `assay report`: files beside the bundle; `text`, the default, in full on stdout. */
export async function runReport(
  folder: string,
  options: { readonly format: readonly string[] },
  io: Io,
): Promise<number> {
  const formats = requireFormats(
    options.format.filter((format) => format !== 'text'),
    ['text', ...reportFormats],
  );
  const path = resolve(io.cwd, folder);
  const input = await readReportInput(path);
  const written = await writeReports(path, formats, input);
  for (const file of written) io.stdout.write(`${file}\n`);
  if (options.format.includes('text')) {
    const style = styleFor(io.stdout, io);
    io.stdout.write(
      renderText(input, {
        width: io.stdout.columns,
        full: true,
        bundlePath: path,
        reportPaths: written,
        style,
      }),
    );
  }
  return exitCodes.clean;
}
