import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import type { Asked, Dialogue, Ending, Probing, Reply } from './exchange.ts';

/** What was said and heard in one step; `received` is what was kept of it. */
export interface RecordedStep {
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** Of all that came, kept or not. */
  readonly receivedBytes: number;
  readonly ended: Ending;
}

/** One connection as it went. */
export interface RecordedDialogue {
  readonly label: string;
  /** True where the bytes sent follow from the others: their digest is kept, not they. */
  readonly brief: boolean;
  readonly steps: readonly RecordedStep[];
  /** How often it was had before and cut without a byte, beside other connections; absent: never. */
  readonly cutBefore?: number;
}

/** A connection as evidence: bytes in hexadecimal. */
export interface DialogueEvidence {
  readonly label: string;
  readonly cutBefore?: number;
  readonly steps: readonly {
    readonly sent?: string;
    readonly sentSha256?: string;
    readonly received: string;
    readonly receivedBytes: number;
    readonly ended: Ending;
  }[];
}

export function dialogueEvidence({ label, brief, steps, cutBefore }: RecordedDialogue): DialogueEvidence {
  return {
    label,
    ...(cutBefore === undefined ? {} : { cutBefore }),
    steps: steps.map(({ sent, received, receivedBytes, ended }) => ({
      ...(brief ? { sentSha256: sha256(sent) } : { sent: hex(sent) }),
      received: hex(received),
      receivedBytes,
      ended,
    })),
  };
}

/** Runs the talk of a dialogue over what was recorded of it, and gives its result again. */
export function retell<T>(dialogue: Dialogue<T>, { steps }: RecordedDialogue): T {
  return tell(dialogue, (index) => steps[index] ?? afterwards(steps.at(-1)));
}

/**
 * Runs an inquiry over its evidence, and gives its result again.
 *
 * @throws AssayError ERR_TLS_REPLAY where it would have asked or said something else
 */
export function replay<T>(probing: Probing<T>, evidence: readonly DialogueEvidence[]): T {
  const byLabel = new Map(evidence.map((dialogue) => [dialogue.label, dialogue]));
  const inquiries = new Map<string, unknown>();
  const answer = (asked: Asked): unknown => {
    if ('inquire' in asked) {
      if (!inquiries.has(asked.label)) inquiries.set(asked.label, run(asked.inquire()));
      return inquiries.get(asked.label);
    }
    const recorded = byLabel.get(asked.label);
    if (recorded === undefined) throw unlike(`the connection "${asked.label}"`, 'none');
    return retold(asked, recorded);
  };
  const run = (asking: Probing<unknown>): unknown => {
    let state = asking.next();
    while (!state.done) state = asking.next(state.value.map(answer));
    return state.value;
  };
  return run(probing) as T;
}

function retold(dialogue: Dialogue<unknown>, { label, steps }: DialogueEvidence): unknown {
  return tell(dialogue, (index, sent) => {
    const step = steps[index];
    if (step === undefined) return afterwards(steps.at(-1));
    const same = step.sent === undefined ? step.sentSha256 === sha256(sent) : step.sent === hex(sent);
    if (!same)
      throw unlike(`the bytes that follow from the seed in step ${index + 1} of "${label}"`, 'others');
    return { received: Buffer.from(step.received, 'hex'), ended: step.ended };
  });
}

function tell<T>({ talk }: Dialogue<T>, replyTo: (index: number, sent: Uint8Array) => Reply): T {
  const told = talk();
  let state = told.next();
  for (let index = 0; !state.done; index++) state = told.next(replyTo(index, state.value.send));
  return state.value;
}

/** A connection that is gone says nothing more, and why it is gone. */
function afterwards(last: { readonly ended: Ending } | undefined): Reply {
  return { received: new Uint8Array(), ended: last?.ended ?? 'unreachable' };
}

function unlike(expected: string, got: string): AssayError {
  return new AssayError('ERR_TLS_REPLAY', `expected ${expected} in the transcript, got ${got}`, {
    remedy: 'The transcript was made by another version of assay, or altered.',
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
