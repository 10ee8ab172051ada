import type { ConnectionOptions } from 'node:tls';
import { AssayError, type Subject } from '../../model/index.ts';
import type { Challenge, Startup } from '../../postgres/challenge.ts';
import { heardRow } from '../../postgres/challenges.ts';
import type { Row } from '../../postgres/row.ts';
import type { CollectContext } from '../collector.ts';
import { knock } from './knock.ts';

export interface Knocking {
  readonly subject: Subject;
  readonly startups: readonly Startup[];
  readonly channel: 'socket' | 'plaintext' | 'tls';
  readonly tls: ConnectionOptions | false;
  readonly context: CollectContext;
  /** Runs it when a connection more may be made. */
  readonly makeRoom: <T>(run: () => Promise<T>) => Promise<T>;
}

/** What was heard on one channel. */
export interface Knocked extends Pick<Knocking, 'channel'> {
  /** An answer each, see `heardRow`. */
  readonly heard: readonly Row[];
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
  const { startups, channel } = knocking;
  const heard: Row[] = [];
  let failure: AssayError | undefined;
  let inRow = 0;
  let connections = 0;
  for (const startup of startups) {
    connections++;
    const said = await hear(knocking, startup);
    if (said === 'declined' && heard.length === 0 && failure === undefined)
      return { channel, heard, declined: true, connections };
    if (said === 'declined') failure = undecided(said);
    else if (said instanceof AssayError) failure = said;
    else if (said.kind === 'failure') failure = undecided(said);
    else {
      inRow = 0;
      heard.push(heardRow(startup, channel, said.answer, said.mechanisms));
      continue;
    }
    if (++inRow === enough) break;
  }
  return { channel, heard, declined: false, connections, ...(failure === undefined ? {} : { failure }) };
}

async function hear(
  { subject, tls, context, makeRoom }: Knocking,
  startup: Startup,
): Promise<Challenge | 'declined' | AssayError> {
  try {
    return await makeRoom(() => knock({ subject, startup, tls, context }));
  } catch (error) {
    if (error instanceof AssayError && error.code !== 'ERR_INTERRUPTED') return error;
    throw error;
  }
}

function undecided(said: Extract<Challenge, { readonly kind: 'failure' }> | 'declined'): AssayError {
  const got = said === 'declined' ? 'no TLS any more' : `SQLSTATE ${said.sqlState}`;
  return new AssayError('ERR_BUSY', `expected the server to say what it asks for, got ${got}`, {
    remedy: 'scan again when the server is up and less busy',
  });
}
