import type { FollowUp } from '../model/index.ts';
import { visible } from './visible.ts';

/** The columns, in their order; later versions only add at the end. */
export const followUpColumns = [
  'key',
  'state',
  'new',
  'severity',
  'control',
  'title',
  'subject',
  'item',
  'message',
  'owner',
  'first_seen',
  'last_seen',
  'due',
  'overdue',
  'evidence',
  'locator',
  'address',
] as const;

/** RFC 4180 with a header line, as UTF-8 without a mark. */
export function* followUpCsv(followUps: Iterable<FollowUp>): Iterable<string> {
  yield csvLine(followUpColumns);
  for (const one of followUps) {
    yield csvLine([
      one.key,
      one.state,
      String(one.new),
      one.severity,
      one.control,
      one.title,
      one.subject,
      one.item,
      one.message,
      one.owner ?? '',
      one.firstSeen,
      one.lastSeen,
      one.due ?? '',
      String(one.overdue),
      one.evidence.join(' '),
      one.locator ?? '',
      one.address ?? '',
    ]);
  }
}

/** One record: what a spreadsheet would take for a formula is kept from being one, what cannot be seen is shown. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** Besides what RFC 4180 asks for, other separators are quoted: not every spreadsheet splits at commas. */
function cellOf(text: string): string {
  const guarded = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  const shown = visible(guarded);
  return /^[\w.:~@'-]*$/.test(shown) ? shown : `"${shown.replaceAll('"', '""')}"`;
}
