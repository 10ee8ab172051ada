import type { AccessWindow, Register, WindowsRegister } from '../model/index.ts';
import { isCalendarDate } from './calendar.ts';
import { type Cell, type Row, readTable } from './csv-table.ts';
import { refusalOf } from './refusal.ts';
import { refuseRepeats } from './registers.ts';

const refusal = refusalOf('ERR_REGISTER');
type WindowRow = Row<'system' | 'account' | 'from' | 'to' | 'approved-by' | 'ticket'>;

/**
 * Reads a register of windows: columns `system` (the id of a target) and `account`, and of a window `from`, `to` (RFC 3339),
 * `approved-by` and optionally `ticket`. A row without a window declares the account alone.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseWindows(text: string, register: Register): WindowsRegister {
  const rows = readTable(register.name, text, ['system', 'account'], ['from', 'to', 'approved-by', 'ticket']);
  refuseRepeats(rows.map(keyOf));
  const accounts = new Map<string, { system: string; account: string; windows: AccessWindow[] }>();
  for (const row of rows) {
    const [system, account] = [row.system.text, row.account.text];
    const key = JSON.stringify([system, account]);
    const one = accounts.get(key) ?? { system, account, windows: [] };
    accounts.set(key, one);
    const window = windowOf(row);
    if (window !== undefined) one.windows.push(window);
  }
  return { ...register, accounts: [...accounts.values()] };
}

function keyOf({ system, account, from, to }: WindowRow): Cell & { readonly key: string } {
  const texts = [system, account, from, to].map(({ text }) => text);
  return { text: texts.join(' ').trim(), place: account.place, key: JSON.stringify(texts) };
}

function windowOf({ from, to, 'approved-by': approvedBy }: WindowRow): AccessWindow | undefined {
  if ([from, to, approvedBy].every(({ text }) => text === '')) return undefined;
  const window = { from: instantOf(from), to: instantOf(to), approvedBy: approvedBy.text };
  if (window.to <= window.from)
    throw refusal(to.place, 'expected an end after the beginning, got an earlier one', 'correct the times');
  if (approvedBy.text === '')
    throw refusal(approvedBy.place, 'expected who approved the window, got nothing', 'name the person');
  return window;
}

const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/;

function instantOf({ text, place }: Cell): string {
  const ms = Date.parse(text);
  if (shape.test(text) && isCalendarDate(text.slice(0, 10)) && Number.isFinite(ms))
    return new Date(ms).toISOString();
  throw refusal(
    place,
    'expected a time with its zone, got another text',
    'write it as 2026-11-20T08:00Z or 2026-11-20T09:00+01:00',
  );
}
