import type { Reason, Severity } from '../model/index.ts';
import type { Type } from './pdf-pen.ts';

const ink = '0.11 0.12 0.14';
export const quiet = '0.33 0.38 0.42';
export const hairline = '0.8 0.82 0.85';
const bad = '0.64 0.13 0.1';
const warn = '0.54 0.29 0';
const good = '0.1 0.4 0.18';

export const type = {
  title: { face: 'bold', size: 22, colour: ink },
  section: { face: 'bold', size: 16, colour: ink },
  group: { face: 'bold', size: 11.5, colour: ink },
  heading: { face: 'bold', size: 10.5, colour: ink },
  body: { face: 'regular', size: 8.75, colour: ink },
  strong: { face: 'bold', size: 8.75, colour: ink },
  quiet: { face: 'regular', size: 8.25, colour: quiet },
  code: { face: 'mono', size: 7.5, colour: ink },
  codeQuiet: { face: 'mono', size: 7.25, colour: quiet },
  label: { face: 'regular', size: 8.25, colour: quiet },
  warning: { face: 'bold', size: 9, colour: warn },
  cell: { face: 'regular', size: 7.75, colour: ink },
  cellStrong: { face: 'bold', size: 7.75, colour: ink },
  head: { face: 'bold', size: 7.25, colour: ink },
  cellCode: { face: 'mono', size: 7, colour: ink },
  margin: { face: 'regular', size: 7.5, colour: quiet },
} as const satisfies Record<string, Type>;

export const reasonColour: Readonly<Record<Reason, string>> = {
  fail: bad,
  error: warn,
  unseen: warn,
  'not-applicable': quiet,
  pass: good,
};

export const severityColour: Readonly<Record<Severity, string>> = {
  critical: bad,
  high: bad,
  medium: warn,
  low: quiet,
};
