import { type LogFormat, logFormats } from '../../auditlog/entry.ts';
import { type LinePrefix, linePrefixOf } from '../../auditlog/line-prefix.ts';
import { logSettingNames, logSettingsQuery } from '../../postgres/log.ts';
import { textOf } from '../../postgres/row.ts';
import type { Asking } from './asking.ts';
import type { PostgresSession } from './session.ts';

/** How the server writes its log. */
export interface LogSettings {
  /** By name; what the role may not see is absent. */
  readonly all: Readonly<Record<string, string>>;
  readonly formats: readonly LogFormat[];
  /** Other places that it writes to: the host's log. */
  readonly elsewhere: readonly string[];
  readonly prefix: LinePrefix | undefined;
  /** The words by which entries are told apart are those of the untranslated server. */
  readonly english: boolean;
  readonly connections: boolean;
  readonly disconnections: boolean;
}

export async function readLogSettings(session: PostgresSession, asking: Asking): Promise<LogSettings> {
  const rows = await asking.ask(session, logSettingsQuery, [logSettingNames]);
  const all = Object.fromEntries(rows.map((row) => [textOf(row, 'name'), textOf(row, 'setting')]));
  const destinations = namesOf(all['log_destination'] ?? '');
  const english = /^(?:$|C$|C\.|POSIX$|en(?:_|\.|$)|English)/.test(all['lc_messages'] ?? 'unknown');
  return {
    all,
    formats: logFormats.filter((format) => destinations.includes(format)),
    elsewhere: destinations.filter((one) => one !== '' && !logFormats.some((format) => format === one)),
    prefix: linePrefixOf(all['log_line_prefix'] ?? ''),
    english,
    connections: english && logsConnections(all['log_connections'] ?? ''),
    disconnections: english && all['log_disconnections'] === 'on',
  };
}

/** A switch until version 17, since then also a list of what is written. */
const logsConnections = (setting: string): boolean =>
  ['on', 'all'].includes(setting) ||
  ['receipt', 'authorization'].every((each) => namesOf(setting).includes(each));

/** Names of a list are read without regard to case, and may stand in quotes. */
const namesOf = (list: string): readonly string[] =>
  list.split(',').map((name) => name.replaceAll(/^[\s"]+|[\s"]+$/g, '').toLowerCase());
