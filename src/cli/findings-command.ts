import { resolve } from 'node:path';
import { type Bundle, readBundle } from '../bundle/reader.ts';
import { type FollowUpInput, followUps } from '../engine/follow-up-list.ts';
import { type FollowUp, type Severity, severities } from '../model/index.ts';
import { followUpCsv } from '../report/csv.ts';
import { followUpJson } from '../report/follow-up-json.ts';
import { followUpText } from '../report/follow-up-text.ts';
import { worstFirst } from '../report/order.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { styleFor } from './style.ts';

export interface FindingsOptions {
  readonly owner?: string;
  readonly overdue?: boolean;
  readonly severity: Severity;
  readonly new?: boolean;
  readonly at?: string;
  readonly format: 'text' | 'json' | 'csv';
}

/** `assay findings`: what somebody has to see to, one after the other. */
export async function runFindings(folder: string, options: FindingsOptions, io: Io): Promise<number> {
  const bundle = await readBundle(resolve(io.cwd, folder));
  for (const chunk of rendered(bundle, options, io)) io.stdout.write(chunk);
  return exitCodes.clean;
}

function rendered(bundle: Bundle, options: FindingsOptions, io: Io): Iterable<string> {
  const assessment = bundle.readAssessment();
  const { judgedAt, id: runId } = assessment.run;
  const at = options.at ?? judgedAt;
  const asked = options.at !== undefined;
  const input = { assessment, history: bundle.readHistory(), at };
  switch (options.format) {
    case 'csv':
      if (asked) io.stderr.write(`overdue as of ${at} (--at), not as of when it was judged (${judgedAt})\n`);
      return followUpCsv(wanted({ ...input, findings: bundle.findings() }, options));
    case 'json': {
      const bundleName = bundle.folder.replace(/^.*[/\\]/s, '');
      const header = { bundleName, seal: bundle.seal, runId, at, asked };
      return followUpJson(header, wanted({ ...input, findings: bundle.findings() }, options));
    }
    case 'text':
      return followUpText(worst(bundle, input, options), {
        width: Math.max(40, io.stdout.columns),
        at,
        asked,
        style: styleFor(io.stdout, io),
      });
  }
}

/** Walks the findings once a severity, so that none is kept. */
function* worst(
  bundle: Bundle,
  input: Omit<FollowUpInput, 'findings'>,
  options: FindingsOptions,
): Iterable<FollowUp> {
  for (const severity of worstFirst) {
    for (const one of wanted({ ...input, findings: bundle.findings() }, options))
      if (one.severity === severity) yield one;
  }
}

function* wanted(input: FollowUpInput, options: FindingsOptions): Iterable<FollowUp> {
  const least = severities.indexOf(options.severity);
  for (const one of followUps(input)) {
    const asked =
      severities.indexOf(one.severity) >= least &&
      (options.owner === undefined || (one.owner ?? '') === options.owner) &&
      (one.overdue || options.overdue !== true) &&
      (one.new || options.new !== true);
    if (asked) yield one;
  }
}
