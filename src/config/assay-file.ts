import type {
  Audit,
  LogSource,
  ParamOverride,
  ProxyServer,
  SecretReference,
  Target,
  TlsPolicy,
} from '../model/index.ts';
import { AssayError } from '../model/index.ts';
import type { AssayConfig } from './assay-config.ts';
import { isCalendarDate } from './calendar.ts';
import { dataOf, type RawData } from './data-store.ts';
import { defaultPasswordsOf, type RawDefaultPasswords } from './default-passwords.ts';
import { followUpOf, type RawFollowUp } from './follow-up.ts';
import { overridesOf, type RawOverrides } from './param-overrides.ts';
import { parseProxy } from './proxy.ts';
import { refusalOf } from './refusal.ts';
import { type DeclaredRegisters, registersOf } from './registers.ts';
import { type RawResponsibilities, responsibilitiesOf } from './responsibilities.ts';
import { shapeCheck } from './schema-errors.ts';
import { assaySchema } from './schemas/assay-schema.ts';
import { parseSecretReference } from './secret-reference.ts';
import { parseTarget } from './target.ts';
import { parseYaml, type YamlPath, type YamlSource } from './yaml.ts';
import { type RawZone, resolverOf, zoneOf } from './zone.ts';

interface RawAudit {
  readonly framework: string;
  readonly role?: string;
  readonly categories?: readonly string[];
  readonly period?: { readonly from: string; readonly to: string };
  readonly boundary?: { readonly tags: readonly string[] };
}

interface RawLog {
  readonly 'window-hours'?: number;
  readonly 'log-in-days'?: number;
  readonly folder?: string;
  readonly 'canary-table'?: string;
}

interface RawTarget {
  readonly id?: string;
  readonly url: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly optional?: boolean;
  readonly addresses?: readonly string[] | 'first';
  readonly 'server-name'?: string;
  readonly proxy?: string;
  readonly 'proxy-credentials'?: { readonly user: string; readonly password: string };
  readonly ca?: string;
  readonly paths?: readonly string[];
  readonly 'http-port'?: number;
  readonly tls?: TlsPolicy;
  readonly credentials?: { readonly user?: string; readonly password?: string };
  readonly 'default-passwords'?: RawDefaultPasswords;
  readonly log?: RawLog;
  readonly resolver?: string;
  readonly dns?: RawZone;
  readonly data?: RawData;
}

interface RawAssayFile extends RawFollowUp, RawResponsibilities {
  readonly organisation?: string;
  readonly system?: string;
  readonly environment?: string;
  readonly audits?: readonly RawAudit[];
  readonly targets?: readonly RawTarget[];
  readonly 'targets-file'?: string;
  readonly 'out-of-scope'?: AssayConfig['outOfScope'];
  readonly probes?: AssayConfig['probes'];
  readonly registers?: DeclaredRegisters;
  readonly params?: {
    readonly system?: RawOverrides;
    readonly tags?: Readonly<Record<string, RawOverrides>>;
    readonly targets?: Readonly<Record<string, RawOverrides>>;
  };
  readonly profile?: string | readonly string[];
  readonly controls?: readonly string[];
  readonly 'own-controls'?: string;
}

/** A configuration, and where each part of it stands. */
export interface AssayFile {
  readonly config: AssayConfig;
  readonly at: YamlSource['at'];
  readonly keyAt: YamlSource['keyAt'];
}

const check = shapeCheck<RawAssayFile>(assaySchema, 'ERR_CONFIG');

const refusal = refusalOf('ERR_CONFIG');

function auditOf(raw: RawAudit, path: YamlPath, source: YamlSource): Audit {
  const { framework, role, categories, period, boundary } = raw;
  for (const end of ['from', 'to'] as const) {
    if (period === undefined || isCalendarDate(period[end])) continue;
    throw refusal(
      source.at([...path, 'period', end]),
      'expected a day that exists, got another',
      'correct the date',
    );
  }
  if (period !== undefined && period.from > period.to)
    throw refusal(
      source.at([...path, 'period', 'to']),
      `expected a day not before ${period.from}, got ${period.to}`,
      'put the earlier day into from',
    );
  return {
    framework,
    ...(role === undefined ? {} : { role }),
    ...(categories === undefined ? {} : { categories }),
    ...(period === undefined ? {} : { period }),
    boundaryTags: boundary?.tags ?? [],
  };
}

function secretOf(reference: string, path: YamlPath, source: YamlSource): SecretReference {
  const secret = parseSecretReference(reference);
  if (secret !== undefined) return secret;
  throw refusal(
    source.at([...path, 'password']),
    'expected a command of plain words, or a JSON list of words, got something else',
    'no shell reads it: for blanks and quotes in a word write \'exec:["program", "a word"]\'',
  );
}

function targetOf(raw: RawTarget, path: YamlPath, source: YamlSource): Target {
  const { id, url, tags, owner, optional, addresses, ca: caFile, paths, tls, credentials } = raw;
  const reference = credentials?.password;
  const password =
    reference === undefined ? undefined : secretOf(reference, [...path, 'credentials'], source);
  const proxy = proxyOf(raw, path, source);
  const resolver = resolverOf(raw.resolver, path, source);
  const dns = zoneOf(raw, path, source);
  const data = dataOf(raw.data, path, source);
  const defaultPasswords = defaultPasswordsOf(raw['default-passwords'], path, source);
  return placed(source.at([...path, 'url']), () =>
    parseTarget(url, {
      ...{ id, tags, owner, optional, addresses, caFile, tls, password, proxy },
      serverName: raw['server-name'],
      user: credentials?.user,
      paths,
      httpPort: raw['http-port'],
      ...{ resolver, dns, data },
      defaultPasswords,
      log: raw.log && logOf(raw.log),
    }),
  );
}

const defaultWindowHours = 24;

function logOf(raw: RawLog): LogSource {
  const { 'window-hours': windowHours = defaultWindowHours, folder, 'canary-table': canaryTable } = raw;
  const { 'log-in-days': logInDays } = raw;
  return {
    windowHours,
    ...(logInDays === undefined ? {} : { logInDays }),
    ...(folder === undefined ? {} : { folder }),
    ...(canaryTable === undefined ? {} : { canaryTable }),
  };
}

/** What is refused of a value, with its place in the file. */
function placed<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof AssayError)) throw cause;
    const remedy = cause.remedy === undefined ? {} : { remedy: cause.remedy };
    throw new AssayError(cause.code, `${place} ${cause.message}`, { cause, ...remedy });
  }
}

function proxyOf(raw: RawTarget, path: YamlPath, source: YamlSource): ProxyServer | undefined {
  const { proxy, 'proxy-credentials': credentials } = raw;
  const place = [...path, 'proxy-credentials'];
  if (proxy === undefined && credentials !== undefined)
    throw refusal(source.keyAt(place), 'expected proxy beside proxy-credentials, got none', 'name the proxy');
  if (proxy === undefined) return undefined;
  const { user } = credentials ?? {};
  const password = credentials && secretOf(credentials.password, place, source);
  return placed(source.at([...path, 'proxy']), () => parseProxy(proxy, { user, password }));
}

/** Two entries for one system would count its findings twice. */
function refuseDuplicates(targets: readonly Target[], source: YamlSource): void {
  const seen = new Map<string, number>();
  targets.forEach(({ id, locator, named }, index) => {
    for (const [key, value, word] of [
      ['id', id, 'id'],
      ['url', locator, 'system'],
    ] as const) {
      const first = seen.get(`${key} ${value}`);
      if (first !== undefined) {
        const place = source.at(['targets', index, key === 'id' && named ? 'id' : 'url']);
        const sentence = `expected each ${word} once, got "${value}" again (first at ${source.at(['targets', first])})`;
        throw refusal(place, sentence, 'leave one of the two out');
      }
      seen.set(`${key} ${value}`, index);
    }
  });
}

function allOverrides({
  system,
  tags = {},
  targets = {},
}: NonNullable<RawAssayFile['params']>): readonly ParamOverride[] {
  return [
    ...overridesOf('system', '', system),
    ...Object.entries(tags).flatMap(([tag, raw]) => overridesOf('tag', tag, raw)),
    ...Object.entries(targets).flatMap(([target, raw]) => overridesOf('target', target, raw)),
  ];
}

function tailoringOf({
  profile = [],
  controls = [],
  'own-controls': ownControls,
}: RawAssayFile): Pick<AssayConfig, 'profiles' | 'controlFolders' | 'ownControls'> {
  return {
    profiles: typeof profile === 'string' ? [profile] : profile,
    controlFolders: controls,
    ...(ownControls === undefined ? {} : { ownControls }),
  };
}

/**
 * Reads an `assay.yaml`. Controls and frameworks it names are not looked up (see `checkNames`).
 *
 * @throws AssayError `file:line:column expected …, got …`: ERR_YAML, ERR_CONFIG, ERR_TARGET, ERR_LITERAL_SECRET.
 */
export function parseAssayFile(file: string, text: string): AssayFile {
  const source = parseYaml(file, text);
  const raw = check(source);
  const targets = (raw.targets ?? []).map((target, index) => targetOf(target, ['targets', index], source));
  refuseDuplicates(targets, source);
  const { organisation, system, environment, 'targets-file': targetsFile } = raw;
  const config: AssayConfig = {
    ...(organisation === undefined ? {} : { organisation }),
    ...(system === undefined ? {} : { system }),
    ...(environment === undefined ? {} : { environment }),
    audits: (raw.audits ?? []).map((audit, index) => auditOf(audit, ['audits', index], source)),
    targets,
    ...(targetsFile === undefined ? {} : { targetsFile }),
    outOfScope: raw['out-of-scope'] ?? [],
    probes: raw.probes ?? [],
    params: allOverrides(raw.params ?? {}),
    ...tailoringOf(raw),
    registers: registersOf(raw.registers ?? {}, source),
    ...responsibilitiesOf(raw, source),
    ...followUpOf(raw),
  };
  return { config, at: source.at, keyAt: source.keyAt };
}
