import type {
  Reason,
  RequirementState,
  Run,
  Seal,
  Severity,
  SideKind,
  Strength,
  Subject,
  SubjectKind,
} from '../model/index.ts';

/** What people read for each reason (the record keeps the reasons themselves). */
export const reasonWords: Readonly<Record<Reason, string>> = {
  fail: 'exceptions',
  error: 'not tested (fault)',
  unseen: 'not tested',
  'not-applicable': 'not applicable',
  pass: 'no exceptions',
};

/** Requirement states in the order in which they are read, worst first. */
export const stateWords: Readonly<Record<RequirementState, string>> = {
  exceptions: 'exceptions',
  'not-tested': 'not tested',
  'partly-tested': 'partly tested',
  'needs-document': 'needs a document',
  'third-party': 'third party',
  'not-applicable': 'not applicable',
  'no-exceptions': 'no exceptions',
};

export const strengthWords: Readonly<Record<Strength, string>> = {
  full: 'decides it for this kind of system',
  partial: 'decides one element',
  supporting: 'supporting',
};

export const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
};

/** A table's cell says a severity, or a word of its own. */
export function isSeverity(text: string): text is Severity {
  return Object.hasOwn(severityWords, text);
}

export const whatItIsNot =
  'Results of tests at the stated time. Not an opinion, not an attestation report, not an ASV scan, not a penetration test.';

export const draftWords =
  'DRAFT: a single scan outside any recorded series, so nothing shows what was scanned before or left out.';

/** How a run ended, where it did not end by itself. */
export function interruptedWords(run: Run): string | undefined {
  if (run.interrupted === undefined) return undefined;
  const by = run.interrupted === 'max-duration' ? 'its time limit' : run.interrupted;
  return `The scan was stopped by ${by} before it was complete; what it had not reached is listed as not tested.`;
}

export function signatureWords(seal: Seal): string {
  return seal.signature.kind === 'unsigned'
    ? 'UNSIGNED: nothing proves who made this bundle.'
    : `Signed by key ${seal.signature.keyId}`;
}

/** `12,345`: digits grouped by three, the same everywhere. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 item`, `2 items`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

/** `1 with exceptions`, `0 not tested`: reads right with every number. */
export function reasonCount(counts: Readonly<Record<Reason, number>>, reason: Reason): string {
  return `${grouped(counts[reason])} ${reason === 'fail' ? 'with exceptions' : reasonWords[reason]}`;
}

/** The same of requirements. */
export function stateCount(count: number, state: RequirementState): string {
  if (state === 'exceptions') return `${grouped(count)} with exceptions`;
  if (state === 'needs-document') return `${grouped(count)} ${count === 1 ? 'needs' : 'need'} a document`;
  return `${grouped(count)} ${state === 'third-party' ? 'met by a third party' : stateWords[state]}`;
}

/** What is looked at of a system whose sides are subjects too. */
export const sideWords: Readonly<Partial<Record<SubjectKind, string>>> = {
  'http-api': 'HTTP',
  'data-store': 'data',
  'log-store': 'log',
} satisfies Record<SideKind, string>;

/** Where a system was looked at: its locator and address, or the folder of its socket. */
export function whereabouts({ kind, locator, host, port, address }: Subject, between: string): string {
  // A zone has no address; whom it was asked of stands in the requests.
  if (kind === 'dns-zone') return locator;
  const side = sideWords[kind] === undefined ? '' : ` (${sideWords[kind]})`;
  if (host.startsWith('/'))
    return `${locator.replace(/:.*/, '')} over the socket in ${host} (port ${port})${side}`;
  return `${locator}${between}${address ?? 'no address'}${side}`;
}
