import type { FactPlan } from '../collectors/collector.ts';
import type { LookPlan } from '../collectors/plan.ts';
import { visible, visibleLines } from '../report/visible.ts';
import { counted } from '../report/words.ts';
import { durationInWords } from './headway.ts';
import type { PlannedSubject, ScanPlan } from './plan.ts';

/** A plan as a change ticket can hold it: plain lines, line by line. */
export function* planText(plan: ScanPlan): Iterable<string> {
  const { subjects, connections, kinds } = plan;
  yield `${counted(subjects.length, 'subject')}, at most ${counted(connections, 'connection')}. Nothing was connected to.\n`;
  yield* howLines(plan);
  for (const [kind, look] of Object.entries(kinds)) {
    yield* lookLines(kind, look);
    yield '  subjects\n';
    for (const subject of subjects) if (subject.kind === kind) yield subjectLine(subject, look);
  }
}

function* howLines({ source, limits }: ScanPlan): Iterable<string> {
  const addresses = source.addresses.length === 0 ? 'loopback only' : source.addresses.join(', ');
  const rate =
    limits.connectionsPerSecond === null
      ? 'as fast as answers come (--max-rate limits it)'
      : `at most ${limits.connectionsPerSecond}`;
  yield '\n';
  yield `  from                    ${visible(source.host)} (${visible(addresses)})\n`;
  yield `  at the same time        ${counted(limits.subjectsAtOnce, 'subject')}, at most ${counted(limits.connectionsPerHostAtOnce, 'connection')} to one address\n`;
  yield `  connections a second    ${rate}\n`;
  yield `  time                    ${durationInWords(limits.connectionOrQueryMs)} for a connection or query, ${durationInWords(limits.lookMs)} for a look without waits for the rate\n`;
  yield `  looks                   ${limits.looks} at most: the second only for what the first did not get through to\n`;
}

function* lookLines(kind: string, look: LookPlan): Iterable<string> {
  yield `\n${kind}: at most ${boundInWords(look)} in one look\n`;
  if (look.session.usually !== undefined) yield `  usually                 ${look.session.usually}\n`;
  yield `  names itself by         ${look.session.presents}\n`;
  for (const name of [look.session, ...look.facts].flatMap(({ presentsToo = [] }) => presentsToo))
    yield `                          ${name}\n`;
  const told = new Map<string, string>();
  yield* requestLines('with every look', look.session, told);
  for (const { fact, ...plan } of look.facts) yield* requestLines(fact, plan, told);
  if (look.notCollected.length > 0)
    yield `  asked of nobody         ${visible(look.notCollected.join(', '))}: this assay has no collector for it\n`;
}

function boundInWords({ connections, each }: Pick<LookPlan, 'connections' | 'each'>): string {
  const counts = connections === 0 && each.length > 0 ? [] : [counted(connections, 'connection')];
  return [...counts, ...each.map((one) => `1 a look for each ${one}`)].join(' and ');
}

/** @param told where each request was told before: it is not told in full again */
function* requestLines(
  title: string,
  { requests, connections, each }: FactPlan,
  told: Map<string, string>,
): Iterable<string> {
  const bound =
    connections === undefined || (connections === 0 && each === undefined)
      ? ''
      : `: at most ${boundInWords({ connections, each: each === undefined ? [] : [each] })}`;
  yield `  ${title}${bound}\n`;
  const before = new Set(requests.flatMap((request) => told.get(request) ?? []));
  if (before.size > 0) yield `    as under ${[...before].join(', ')}\n`;
  for (const request of requests) {
    if (told.has(request)) continue;
    told.set(request, title);
    for (const line of visibleLines(request)) yield `    ${line}\n`;
  }
}

function subjectLine(subject: PlannedSubject, { each }: LookPlan): string {
  const { locator, host, address, connections, unresolved } = subject;
  const where = address === undefined || address === host ? '' : ` (${address})`;
  const bound =
    unresolved === undefined
      ? `at most ${boundInWords({ connections, each })}`
      : `none: its name does not resolve (${unresolved})`;
  return `    ${visible(`${locator}${where}`)}: ${bound}${whomInWords(subject)}${loginInWords(subject)}\n`;
}

function whomInWords({ via, resolver }: PlannedSubject): string {
  const words = [
    ...(via === undefined ? [] : [`via ${via}`]),
    ...(resolver === undefined ? [] : [`asked of the resolver ${resolver}`]),
  ];
  return visible(words.map((each) => `, ${each}`).join(''));
}

function loginInWords({ login }: PlannedSubject): string {
  if (login === undefined) return '';
  const { user, database, tls, password } = login;
  const words = [
    `as ${user ?? 'the user of PGUSER or of this system'}`,
    `to database ${database ?? 'postgres'}`,
    `TLS ${tls}`,
    `password from ${password === undefined ? 'PGPASSFILE, if it is asked for' : placeOf(password)}`,
  ];
  return visible(`, ${words.join(', ')}`);
}

function placeOf(password: NonNullable<NonNullable<PlannedSubject['login']>['password']>): string {
  switch (password.kind) {
    case 'env':
      return `env:${password.name}`;
    case 'file':
      return `file:${password.path}`;
    case 'exec':
      return `exec:${password.command[0]}`;
  }
}
