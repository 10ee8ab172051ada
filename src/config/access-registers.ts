import type {
  AccountReview,
  ApprovalsRegister,
  ConflictingDuties,
  DutiesRegister,
  Register,
  ReviewsRegister,
  RolesRegister,
} from '../model/index.ts';
import { isCalendarDate } from './calendar.ts';
import { type Cell, readTable } from './csv-table.ts';
import { refusalOf } from './refusal.ts';
import { isYes, refuseRepeats } from './registers.ts';

const refusal = refusalOf('ERR_REGISTER');

/**
 * Reads a model of roles: columns `system` (the id of a target), `account` (the member, which may be a role itself),
 * `role`, and optionally `admin` (yes or no).
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseRoles(text: string, register: Register): RolesRegister {
  const rows = readTable(register.name, text, ['system', 'account', 'role'], ['admin']);
  refuseRepeats(rows.map(({ system, account, role }) => entryOf(role.place, system, account, role)));
  return {
    ...register,
    memberships: rows.map(({ system, account, role, admin }) => ({
      system: system.text,
      account: account.text,
      role: role.text,
      admin: isYes(admin, 'write yes where it may be granted to others'),
    })),
  };
}

/**
 * Reads pairs of roles that nobody may hold together: columns `system` (the id of a target), `role`, `other-system`,
 * `other-role`.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseDuties(text: string, register: Register): DutiesRegister {
  const rows = readTable(register.name, text, ['system', 'role', 'other-system', 'other-role'], []);
  refuseRepeats(rows.map(sidesEntry));
  return { ...register, pairs: rows.map(pairOf) };
}

type PairRow = Readonly<Record<'system' | 'role' | 'other-system' | 'other-role', Cell>>;

/** A pair is the same pair from its other side. */
function sidesEntry(row: PairRow): Cell & { readonly key: string } {
  const { place } = row['other-role'];
  const one = JSON.stringify([row.system.text, row.role.text]);
  const other = JSON.stringify([row['other-system'].text, row['other-role'].text]);
  if (one === other) throw refusal(place, 'expected another role, got the same again', 'name two roles');
  const words = [row.system, row.role, row['other-system'], row['other-role']].map(({ text }) => text);
  return { text: words.join(' '), place, key: [one, other].sort().join() };
}

const pairOf = (row: PairRow): ConflictingDuties => ({
  system: row.system.text,
  role: row.role.text,
  otherSystem: row['other-system'].text,
  otherRole: row['other-role'].text,
});

/**
 * Reads reviews of accounts: columns `system` (the id of a target), `account`, `date`, `reviewer`, `decision` (keep or
 * remove).
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseReviews(text: string, register: Register): ReviewsRegister {
  const rows = readTable(register.name, text, ['system', 'account', 'date', 'reviewer', 'decision'], []);
  refuseRepeats(rows.map(({ system, account, date }) => entryOf(date.place, system, account, date)));
  return {
    ...register,
    reviews: rows.map(({ system, account, date, reviewer, decision }) => ({
      system: system.text,
      account: account.text,
      date: dayOf(date, register),
      reviewer: reviewer.text,
      decision: decisionOf(decision),
    })),
  };
}

/**
 * Reads approvals of access: columns `system` (the id of a target), `account`, `approver`, `date`, and optionally `role`
 * (a role, or an attribute in capitals; empty: to log in) and `ticket`.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseApprovals(text: string, register: Register): ApprovalsRegister {
  const columns = ['system', 'account', 'approver', 'date'] as const;
  const rows = readTable(register.name, text, columns, ['role', 'ticket']);
  refuseRepeats(
    rows.map(({ system, account, role, date, approver }) =>
      entryOf(date.place, system, account, role, date, approver),
    ),
  );
  return {
    ...register,
    approvals: rows.map(({ system, account, role, approver, date }) => ({
      system: system.text,
      account: account.text,
      role: role.text,
      approver: approver.text,
      date: dayOf(date, register),
    })),
  };
}

function dayOf({ text, place }: Cell, { date }: Register): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isCalendarDate(text))
    throw refusal(place, 'expected a day as 2026-11-01, got another text', 'write year, month and day');
  if (text <= date) return text;
  throw refusal(
    place,
    `expected a day not after ${date}, as of which the list is right, got ${text}`,
    'correct the one or the other',
  );
}

function decisionOf({ text, place }: Cell): AccountReview['decision'] {
  const word = text.toLowerCase();
  if (word === 'keep' || word === 'remove') return word;
  throw refusal(place, 'expected keep or remove, got another word', 'write what was decided of the account');
}

function entryOf(place: string, ...cells: readonly Cell[]): Cell & { readonly key: string } {
  const words = cells.map(({ text }) => text);
  return { text: words.join(' '), place, key: JSON.stringify(words) };
}
