import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { Asked, Dialogue, Ending, Probing, SharedInquiry, Step } from '../../tls/exchange.ts';
import { type RecordedDialogue, type RecordedStep, retell } from '../../tls/recorded-dialogue.ts';
import { endingOf, type TlsSession } from './session.ts';

/** No handshake a server may send us is longer; a certificate flight is a few KB. */
const receivedCapBytes = 256 * 1024;

/** What an inquiry found, and every connection that it rests on. */
export interface Conversation<T> {
  readonly value: T;
  readonly dialogues: readonly RecordedDialogue[];
}

/** What was had with one endpoint, by label. */
interface Had {
  readonly dialogues: Map<string, Promise<HadDialogue>>;
  readonly inquiries: Map<string, Promise<Conversation<unknown>>>;
}

interface HadDialogue {
  readonly recorded: RecordedDialogue;
  readonly dialogue: Dialogue<unknown>;
  readonly value: unknown;
}

const hadWith = new WeakMap<TlsSession, Had>();

/**
 * Runs an inquiry against an endpoint: rounds at the same time, as far as the session lets them. What this session had
 * before, for whatever fact, is not had again: its record answers.
 *
 * @throws AssayError only where the scan was stopped or this machine has no socket
 */
export async function converse<T>(session: TlsSession, probing: Probing<T>): Promise<Conversation<T>> {
  const had = hadWith.get(session) ?? { dialogues: new Map(), inquiries: new Map() };
  hadWith.set(session, had);
  const dialogues = new Map<string, RecordedDialogue>();
  const answer = async (asked: Asked): Promise<unknown> => {
    const { value, dialogues: rests } = await ('inquire' in asked
      ? inquiryOf(session, had, asked)
      : dialogueOf(session, had, asked));
    for (const recorded of rests) dialogues.set(recorded.label, recorded);
    return value;
  };
  let state = probing.next();
  while (!state.done) state = probing.next(await Promise.all(state.value.map(answer)));
  return { value: state.value, dialogues: [...dialogues.values()] };
}

function inquiryOf(
  session: TlsSession,
  { inquiries }: Had,
  { label, inquire }: SharedInquiry<unknown>,
): Promise<Conversation<unknown>> {
  const before = inquiries.get(label);
  if (before !== undefined) return before;
  const making = converse(session, inquire());
  inquiries.set(label, making);
  return making;
}

async function dialogueOf(
  session: TlsSession,
  { dialogues }: Had,
  dialogue: Dialogue<unknown>,
): Promise<Conversation<unknown>> {
  const having = dialogues.get(dialogue.label) ?? have(session, dialogue);
  dialogues.set(dialogue.label, having);
  const { recorded, dialogue: first, value } = await having;
  // Another asker may read something else from the same words.
  return { value: first === dialogue ? value : retell(dialogue, recorded), dialogues: [recorded] };
}

/** Has the dialogue over one connection, as far as the connection goes. */
async function have(session: TlsSession, dialogue: Dialogue<unknown>): Promise<HadDialogue> {
  const { label, brief = false, talk } = dialogue;
  const steps: RecordedStep[] = [];
  let pending: PendingStep | undefined;
  let begun = 0;
  const speak = async (socket: Duplex): Promise<unknown> => {
    begun += 1;
    steps.length = 0;
    pending = undefined;
    const inbox = receive(socket);
    const told = talk();
    let state = told.next();
    while (!state.done) {
      pending = begin(state.value);
      const ended = await inbox.until(pending);
      const step = finish(pending, ended);
      pending = undefined;
      steps.push(step);
      state = told.next(step);
    }
    return state.value;
  };
  const heard = (): boolean =>
    steps.some(({ receivedBytes }) => receivedBytes > 0) || (pending?.chunks.length ?? 0) > 0;
  const record = (): RecordedDialogue => ({
    ...{ label, brief, steps },
    ...(begun > 1 ? { cutBefore: begun - 1 } : {}),
  });
  try {
    const value = await session.withSocket(speak, heard);
    return { recorded: record(), dialogue, value };
  } catch (error) {
    const failed = endingOf(error);
    // Where no connection came about, what would have been said first is part of the record.
    const last = pending ?? (steps.length === 0 ? firstStep(talk) : undefined);
    if (last !== undefined) steps.push(finish(last, failed));
    const recorded = record();
    return { recorded, dialogue, value: retell(dialogue, recorded) };
  }
}

function firstStep(talk: Dialogue<unknown>['talk']): PendingStep | undefined {
  const { done, value } = talk().next();
  return done ? undefined : begin(value as Step);
}

interface PendingStep {
  readonly step: Step;
  readonly chunks: Uint8Array[];
}

function begin(step: Step): PendingStep {
  return { step, chunks: [] };
}

function finish({ step, chunks }: PendingStep, ended: Ending): RecordedStep {
  const received = Buffer.concat(chunks);
  return {
    sent: step.send,
    received: step.keep?.(received) ?? received,
    receivedBytes: received.length,
    ended,
  };
}

interface Inbox {
  /** Sends what the step says, and gathers what comes, until the step has enough. */
  until(pending: PendingStep): Promise<Ending>;
}

/** Bytes that come between two steps belong to the next one. */
function receive(socket: Duplex): Inbox {
  const early: Uint8Array[] = [];
  let earlyBytes = 0;
  let ended = false;
  let take: ((chunk: Uint8Array) => void) | undefined;
  let stop: (() => void) | undefined;
  socket.on('data', (chunk: Uint8Array) => {
    if (take !== undefined) return take(chunk);
    early.push(chunk);
    earlyBytes += chunk.length;
    if (earlyBytes > receivedCapBytes) socket.pause();
  });
  socket.once('end', () => {
    ended = true;
    stop?.();
  });
  return {
    until: ({ step, chunks }) =>
      new Promise((resolve) => {
        let length = 0;
        const settle = (ending: Ending): void => {
          clearTimeout(silence);
          take = undefined;
          stop = undefined;
          resolve(ending);
        };
        const silence =
          step.silenceMs === undefined ? undefined : setTimeout(() => settle('timed-out'), step.silenceMs);
        stop = () => settle('closed');
        take = (chunk) => {
          chunks.push(chunk);
          length += chunk.length;
          if (step.until(chunk)) settle('complete');
          else if (length > receivedCapBytes) settle('too-long');
        };
        if (step.send.length > 0) socket.write(step.send);
        earlyBytes = 0;
        const before = early.splice(0);
        while (take !== undefined && before.length > 0) take(before.shift() as Uint8Array);
        early.push(...before);
        if (ended) stop?.();
        else socket.resume();
      }),
  };
}
