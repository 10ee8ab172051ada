import type { StarttlsProtocol } from '../../../src/model/index.ts';
import { Conversation, type Standing } from '../../../src/tls/upgrade/conversation.ts';
import type { Upgrade } from '../../../src/tls/upgrade/outcome.ts';
import type { Preamble } from '../../../src/tls/upgrade/preamble.ts';
import { upgradeOf } from '../../../src/tls/upgrade/upgrade.ts';
import type { Script } from './scripts.ts';

/** Cuts bytes into chunks. */
export type Cut = (bytes: Buffer) => readonly Buffer[];

const whole: Cut = (bytes) => [bytes];
export const everyByte: Cut = (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
export const at =
  (place: number): Cut =>
  (bytes) => [bytes.subarray(0, place), bytes.subarray(place)];

export interface Played<T> {
  readonly standing: Standing<T>;
  /** What was said that the script did not expect. */
  readonly astray: readonly string[];
  readonly conversation: Conversation<T>;
}

/** Plays a preamble against a script, sans-IO. */
export function play<T>(preamble: Preamble<T>, { greeting, answers }: Script, cut: Cut = whole): Played<T> {
  const conversation = new Conversation(preamble);
  const send = (text: string): void => {
    for (const chunk of cut(Buffer.from(text, 'latin1'))) conversation.push(chunk);
  };
  let heard = Buffer.from(conversation.takeSaid()).toString('latin1');
  const astray: string[] = [];
  send(greeting);
  for (const [expected, answer] of answers) {
    heard += Buffer.from(conversation.takeSaid()).toString('latin1');
    if (!expected.test(heard)) astray.push(heard);
    heard = '';
    send(answer);
  }
  heard += Buffer.from(conversation.takeSaid()).toString('latin1');
  if (heard !== '') astray.push(heard);
  return { standing: conversation.standing, astray, conversation };
}

export function playUpgrade(protocol: StarttlsProtocol, script: Script, cut?: Cut): Played<Upgrade> {
  return play(upgradeOf(protocol, 'host.test'), script, cut);
}

/** The same script with its last answer, or its greeting, changed. */
export function ending(script: Script, answer: string): Script {
  const answers = script.answers.map((each, index) =>
    index === script.answers.length - 1 ? ([each[0], answer] as const) : each,
  );
  return { ...script, answers };
}

export const greeting = (text: string): Script => ({ greeting: text, answers: [] });
