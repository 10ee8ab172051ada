import type { ConnectionOptions } from 'node:tls';
import { AssayError, type Subject } from '../../model/index.ts';
import { type Attempt, attemptedOf } from '../../postgres/attempts.ts';
import type { Challenge } from '../../postgres/challenge.ts';
import type { Challenges } from '../../postgres/facts/challenges.ts';
import type { CollectContext } from '../collector.ts';
import { knock } from './knock.ts';

export interface Knocking {
  readonly subject: Subject;
  readonly attempts: readonly Attempt[];
  readonly channel: 'socket' | 'plaintext' | 'tls';
  readonly tls: ConnectionOptions | false;
  readonly context: CollectContext;
  /** Runs it when a connection more may be made. */
  readonly makeRoom: <T>(run: () => Promise<T>) => Promise<T>;
}

/** What was heard on one channel. */
export interface Knocked extends Pick<Knocking, 'channel'> {
  readonly found: Challenges['attempts'];
  /** The server does not have the channel. */
  readonly declined: boolean;
  /** The last reason why an attempt got no answer. */
  readonly failure?: AssayError;
  readonly connections: number;
}

/** So many in a row without an answer, and the rest is not tried: a server that stalls is not waited for again and again. */
const enough = 2;

/** Tries one after the other, and never throws for what the server does. */
export async function knockAt(knocking: Knocking): Promise<Knocked> {
  const { attempts, channel } = knocking;
  const found: Challenges['attempts'][number][] = [];
  let failure: AssayError | undefined;
  let inRow = 0;
  let connections = 0;
  for (const attempt of attempts) {
    connections++;
    const heard = await hear(knocking, attempt);
    if (heard === 'declined' && found.length === 0 && failure === undefined)
      return { channel, found, declined: true, connections };
    if (heard === 'declined') failure = undecided(heard);
    else if (heard instanceof AssayError) failure = heard;
    else if (heard.kind === 'failure') failure = undecided(heard);
    else {
      inRow = 0;
      found.push(attemptedOf(attempt, channel, heard.answer, heard.mechanisms));
      continue;
    }
    if (++inRow === enough) break;
  }
  return { channel, found, declined: false, connections, ...(failure === undefined ? {} : { failure }) };
}

async function hear(
  { subject, tls, context, makeRoom }: Knocking,
  { startup }: Attempt,
): Promise<Challenge | 'declined' | AssayError> {
  try {
    return await makeRoom(() => knock({ subject, startup, tls, context }));
  } catch (error) {
    if (error instanceof AssayError && error.code !== 'ERR_INTERRUPTED') return error;
    throw error;
  }
}

function undecided(heard: Extract<Challenge, { readonly kind: 'failure' }> | 'declined'): AssayError {
  const got = heard === 'declined' ? 'no TLS any more' : `SQLSTATE ${heard.sqlState}`;
  return new AssayError('ERR_BUSY', `expected the server to say what it asks for, got ${got}`, {
    remedy: 'scan again when the server is up and less busy',
  });
}
