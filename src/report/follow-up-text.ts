import type { FollowUp, FollowUpState } from '../model/index.ts';
import { fitted } from './text-layout.ts';
import type { TextRole } from './text-view.ts';
import { counted, grouped } from './words.ts';

export interface FollowUpTextOptions {
  readonly width: number;
  /** As of when something is overdue, and whether that was asked for. */
  readonly at: string;
  readonly asked: boolean;
  readonly style: (role: TextRole, text: string) => string;
}

/** Two lines for each thing to see to, and the sum of them as last line. */
export function* followUpText(
  followUps: Iterable<FollowUp>,
  { width, at, asked, style }: FollowUpTextOptions,
): Iterable<string> {
  const counts: Record<FollowUpState | 'overdue', number> = {
    exception: 0,
    'not-tested': 0,
    unconfirmed: 0,
    overdue: 0,
  };
  for (const one of followUps) {
    counts[one.state] += 1;
    if (one.overdue) counts.overdue += 1;
    const role = one.state === 'exception' ? 'exceptions' : 'not-tested';
    yield `${style(role, fitted(titleOf(one), width))}\n`;
    yield `${fitted(detailOf(one), width)}\n`;
  }
  const parts = [
    counted(counts.exception, 'exception'),
    `${grouped(counts['not-tested'])} not tested`,
    `${grouped(counts.unconfirmed)} seen earlier and not tested now`,
  ];
  const asOf = `${at.slice(0, 10)}${asked ? ' (--at)' : ''}`;
  yield `${style('strong', `${parts.join(', ')}; ${grouped(counts.overdue)} overdue as of ${asOf}`)}\n`;
}

const stateWords: Readonly<Record<FollowUpState, string>> = {
  exception: '',
  'not-tested': 'not tested: ',
  unconfirmed: 'seen earlier, not tested now: ',
};

function titleOf(one: FollowUp): string {
  const { severity, state, title, item } = one;
  return `${severity}  ${stateWords[state]}${title} on ${systemOf(one)}${item === '' ? '' : `: ${item}`}`;
}

/** An id that was made of the URL says nothing to anybody: there the URL itself. */
function systemOf({ subject, locator, address }: FollowUp): string {
  if (locator === undefined || !/^[a-z-]+-[0-9a-f]{16}(~|$)/.test(subject)) return subject;
  return address === undefined ? locator : `${locator} at ${address}`;
}

function detailOf(one: FollowUp): string {
  const due = one.due === undefined ? [] : [`due ${one.due}${one.overdue ? ' OVERDUE' : ''}`];
  const parts = [
    one.key.slice(0, 12),
    one.new ? 'new' : `since ${one.firstSeen.slice(0, 10)}`,
    ...(one.state === 'unconfirmed' ? [`last seen ${one.lastSeen.slice(0, 10)}`] : []),
    ...due,
    `owner ${one.owner ?? 'none'}`,
    one.control,
    ...(one.evidence.length === 0 ? [] : [`[${one.evidence.slice(0, 3).join(', ')}]`]),
  ];
  return `  ${parts.join('  ')}`;
}
