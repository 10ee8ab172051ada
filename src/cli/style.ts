import { styleText } from 'node:util';
import type { TextRole } from '../report/text.ts';
import type { Io, Output } from './io.ts';

type Style = (role: TextRole, text: string) => string;

const formats = {
  exceptions: ['bold', 'red'],
  'not-tested': 'yellow',
  'no-exceptions': 'green',
  strong: 'bold',
  quiet: 'dim',
} as const;

/** Colour only on a terminal that wants it; `NO_COLOR`, `TERM=dumb` and pipes get plain text. */
export function styleFor(output: Output, { env }: Io): Style {
  const plain = !output.isTTY || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  if (plain) return (_role, text) => text;
  return (role, text) =>
    styleText(formats[role] as Parameters<typeof styleText>[0], text, { validateStream: false });
}
