import type { Dirent } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFormat } from '../../auditlog/entry.ts';
import { AssayError } from '../../model/index.ts';
import { logAccessQuery, logChunkBytes, logFunctions, logQueries } from '../../postgres/log.ts';
import { isOurs } from '../../postgres/ours.ts';
import type { Query } from '../../postgres/query.ts';
import { type Row, textOf } from '../../postgres/row.ts';
import type { Asking } from './asking.ts';
import type { PostgresSession } from './session.ts';

/** One file of the log, as long as it was when the files were listed. */
export interface LogFile {
  readonly name: string;
  readonly format: LogFormat;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Its bytes, from one on; fewer than there should be where the file was cut short meanwhile. */
  chunks(from: number): AsyncIterable<Uint8Array>;
}

/** A file that is named as one of a log is, and that is not read. */
interface OtherFile {
  readonly name: string;
  readonly modifiedMs: number;
}

/** Where files are read, and what of it is not. */
export interface LogFolder {
  list(): Promise<{ readonly files: readonly LogFile[]; readonly others: readonly OtherFile[] }>;
}

const endings: Readonly<Record<string, LogFormat>> = { csv: 'csvlog', json: 'jsonlog', log: 'stderr' };

/** A rotated file may have a number behind its ending. */
function formatOf(name: string): LogFormat | undefined {
  const ending = /^[\w.@ -]{1,200}\.(csv|json|log)(?:\.\d{1,9})?$/.exec(name)?.[1];
  return ending === undefined ? undefined : endings[ending];
}

/** As they are called that were rotated and packed too. */
const isOfLog = (name: string): boolean => /\.(csv|json|log)([^a-z]|$)/i.test(name);

const readBytes = 1024 * 1024;

/** A folder of this machine. Links are not followed: they could lead anywhere. */
export function localFolder(folder: string): LogFolder {
  return {
    list: async () => {
      const files: LogFile[] = [];
      const others: OtherFile[] = [];
      for (const entry of await entriesOf(folder)) {
        const found = await fileOf(folder, entry);
        if (found === undefined) continue;
        if ('format' in found) files.push(found);
        else others.push(found);
      }
      return { files, others };
    },
  };
}

/** Undefined: none of a log. */
async function fileOf(folder: string, entry: Dirent): Promise<LogFile | OtherFile | undefined> {
  const { name } = entry;
  const format = entry.isFile() ? formatOf(name) : undefined;
  if (format === undefined && (entry.isDirectory() || !isOfLog(name))) return undefined;
  const path = join(folder, name);
  const { size: bytes, mtimeMs: modifiedMs } = await lstat(path);
  if (format !== undefined)
    return { name, format, bytes, modifiedMs, chunks: (from) => chunksOf(path, from, bytes) };
  // Of a link, the time is not that of what it leads to.
  return { name, modifiedMs: entry.isFile() ? modifiedMs : Number.POSITIVE_INFINITY };
}

const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new AssayError(
      'ERR_LOG',
      `expected the folder of log: ${folder} to be readable, got ${cause.code ?? 'an error'}`,
      { cause, remedy: 'let the account that runs assay read it, or correct log: folder of the target' },
    );
  });

async function* chunksOf(path: string, from: number, bytes: number): AsyncGenerator<Uint8Array> {
  if (from >= bytes) return;
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new AssayError('ERR_LOG', `expected ${path} to be readable, got ${cause.code ?? 'an error'}`, {
      cause,
      remedy: 'let the account that runs assay read the files of log: folder',
    });
  });
  try {
    yield* file.createReadStream({ start: from, end: bytes - 1, highWaterMark: readBytes, autoClose: false });
  } finally {
    await file.close();
  }
}

/** How this role gets at the log: by rights of its own, else by the functions of `assay grants postgres --log`. */
export interface LogAccess {
  readonly files: Query;
  readonly chunk: Query;
  readonly sessions: Query;
}

/** @throws AssayError ERR_DENIED, which names what is to be granted */
export async function logAccess(
  session: PostgresSession,
  asking: Asking,
  needs: { readonly files: boolean },
): Promise<LogAccess> {
  const rows = await asking.ask(session, logAccessQuery);
  const way = (kind: keyof typeof logQueries): Query => {
    const name = `log_${kind}`;
    if (rows.some((row) => isFunction(row, name))) return logQueries[kind].granted;
    if (mayReadBy(rows, name) || (kind !== 'sessions' && !needs.files)) return logQueries[kind].direct;
    throw denied(name);
  };
  return { files: way('files'), chunk: way('chunk'), sessions: way('sessions') };
}

/**
 * Whether a role has what a function of the log gives, by that function or by rights of its own.
 *
 * @param rows the answer to `logAccessQuery`
 */
export function mayReadBy(rows: readonly Row[], name: string): boolean {
  const direct = name === 'log_sessions' ? 'sessions' : 'files';
  return rows[0]?.[direct] === true || rows.some((row) => isFunction(row, name));
}

function isFunction(row: Row, name: string): boolean {
  const body = logFunctions.find((one) => one.name === name)?.body;
  return row['name'] === name && body !== undefined && isOurs(row, body);
}

function denied(name: string): AssayError {
  return new AssayError('ERR_DENIED', `expected to read the log through the server, got no right to`, {
    remedy: `grant the role EXECUTE on function assay_audit.${name} (assay grants postgres --log prints it), or name the folder of the log in log: folder of the target`,
  });
}

/** The folder of the server, through its session: names that it lists and nothing else. */
export function remoteFolder(session: PostgresSession, access: LogAccess, asking: Asking): LogFolder {
  return {
    list: async () => {
      const rows = await asking.ask(session, access.files);
      const files = rows.flatMap((row): readonly LogFile[] => {
        const name = textOf(row, 'name');
        const format = formatOf(name);
        const bytes = countOf(row, 'size');
        if (format === undefined) return [];
        const chunks = (from: number) => remoteChunks(session, access.chunk, name, from, bytes);
        return [{ name, format, bytes, modifiedMs: countOf(row, 'modified_ms'), chunks }];
      });
      const others = rows
        .map((row): OtherFile => ({ name: textOf(row, 'name'), modifiedMs: countOf(row, 'modified_ms') }))
        .filter(({ name }) => formatOf(name) === undefined);
      return { files, others };
    },
  };
}

export function countOf(row: Row, column: string): number {
  const count = Number(textOf(row, column));
  if (Number.isSafeInteger(count)) return count;
  throw new AssayError('ERR_NOT_POSTGRES', `expected a number in column ${column}, got something else`, {
    remedy: 'check that the target is a PostgreSQL server and not something in front of it',
  });
}

/** Its lines hold anything: what comes is handed on and never kept. */
async function* remoteChunks(
  session: PostgresSession,
  query: Query,
  name: string,
  from: number,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < bytes; ) {
    const [row] = await session.query(query, [name, at, Math.min(logChunkBytes, bytes - at)]);
    const chunk = Buffer.from(typeof row?.['chunk'] === 'string' ? row['chunk'] : '', 'base64');
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}
