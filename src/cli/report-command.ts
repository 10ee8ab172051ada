import { resolve } from 'node:path';
import { AssayError } from '../model/index.ts';
import type { ReportInput } from '../report/report-input.ts';
import { renderText } from '../report/text.ts';
import { visible } from '../report/visible.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { readReportInput, reportFormats, requireFormats, writeReports } from './report-files.ts';
import { styleFor } from './style.ts';

/** `assay report`: files beside the bundle; `text`, the default, in full on stdout. */
export async function runReport(
  folder: string,
  options: { readonly format: readonly string[]; readonly order?: ReportInput['order'] },
  io: Io,
): Promise<number> {
  const formats = requireFormats(
    options.format.filter((format) => format !== 'text'),
    ['text', ...reportFormats],
  );
  const path = resolve(io.cwd, folder);
  const input = ordered(await readReportInput(path), options.order);
  const written = await writeReports(path, formats, input);
  for (const file of written) io.stdout.write(`${visible(file)}\n`);
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

/** @throws AssayError ERR_NO_OWN_CONTROLS where the scan was told of none */
function ordered(input: ReportInput, order: ReportInput['order']): ReportInput {
  if (order === undefined) return input;
  if ((input.assessment.scope.ownControls ?? []).length > 0) return { ...input, order };
  throw new AssayError('ERR_NO_OWN_CONTROLS', 'expected a bundle with own controls to order by, got none', {
    remedy: 'Name their file as own-controls in assay.yaml, and scan again.',
  });
}
