import { resolve } from 'node:path';
import { decodeUtf8 } from '../config/encoding.ts';
import { type ListedTarget, parseTargetList } from '../config/target-list.ts';
import { AssayError } from '../model/index.ts';
import { readInputText } from './input-files.ts';
import type { Io } from './io.ts';

/** A line for each of the most endpoints there may be is well under it. */
const stdinLimitBytes = 16_777_216;

/** The command line's own list of targets. */
export interface ListOptions {
  /** A file, or `-` for standard input. */
  readonly targets?: string;
  /** For what names none. */
  readonly ports?: readonly number[];
  readonly caFile: string | undefined;
}

/**
 * Reads what `--targets` names.
 *
 * @throws AssayError ERR_TARGET, ERR_LITERAL_SECRET, with file:line:column for what is inside
 */
export async function readListedTargets(
  { targets, ports, caFile }: ListOptions,
  io: Io,
): Promise<readonly ListedTarget[] | undefined> {
  if (targets === undefined) return undefined;
  const file = targets === '-' ? 'stdin' : targets;
  const text =
    targets === '-'
      ? await readStdin(io)
      : await readInputText(
          { path: resolve(io.cwd, targets), name: targets },
          'a list of targets',
          'ERR_TARGET',
        );
  return parseTargetList(file, text, ports, { caFile });
}

async function readStdin(io: Io): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of io.stdin()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > stdinLimitBytes)
      throw new AssayError(
        'ERR_TARGET',
        `expected a list of targets at stdin, got more than ${stdinLimitBytes} bytes`,
        { remedy: 'Name fewer targets, in several scans.' },
      );
  }
  return decodeUtf8('stdin', Buffer.concat(chunks), 'ERR_TARGET');
}
