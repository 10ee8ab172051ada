import { AssayError, type DnsZone } from '../model/index.ts';
import { parseHost } from './host.ts';
import { refusalOf } from './refusal.ts';
import { parseResolver, type Resolver } from './resolver.ts';
import type { YamlPath, YamlSource } from './yaml.ts';

/** `dns:` of a target. */
export interface RawZone {
  readonly mail?: boolean;
  readonly issuers?: readonly string[];
  readonly selectors?: readonly string[];
  readonly names?: readonly string[];
}

interface RawTarget {
  readonly dns?: RawZone;
}

const refusal = refusalOf('ERR_CONFIG');

/** `resolver:` of a target. Throws ERR_TARGET with its place. */
export function resolverOf(
  text: string | undefined,
  path: YamlPath,
  source: YamlSource,
): Resolver | undefined {
  try {
    return text === undefined ? undefined : parseResolver(text);
  } catch (cause) {
    if (!(cause instanceof AssayError)) throw cause;
    const remedy = cause.remedy === undefined ? {} : { remedy: cause.remedy };
    throw new AssayError(cause.code, `${source.at([...path, 'resolver'])} ${cause.message}`, {
      cause,
      ...remedy,
    });
  }
}

/** `dns:` of a target, its names in canonical form, with a final dot where they have one. Throws ERR_CONFIG with the place of a name that is none. */
export function zoneOf(
  { dns }: RawTarget,
  path: YamlPath,
  source: YamlSource,
): Omit<DnsZone, 'resolver'> | undefined {
  if (dns === undefined) return undefined;
  const { mail, issuers, selectors = [], names = [] } = dns;
  const named = (key: string, texts: readonly string[]): readonly string[] =>
    texts.map((text, index) => nameAt(text, [...path, 'dns', key, index], source));
  return {
    ...(mail === undefined ? {} : { mail }),
    ...(issuers === undefined ? {} : { issuers: named('issuers', issuers) }),
    selectors: named('selectors', selectors),
    names: named('names', names),
  };
}

/** Makes a name of labels that alone could be read as a number, and so as an address (`20230601`). */
const below = '.zone';

function nameAt(text: string, path: YamlPath, source: YamlSource): string {
  try {
    const name = parseHost(`${text.replace(/\.$/, '')}${below}`).slice(0, -below.length);
    return text.endsWith('.') ? `${name}.` : name;
  } catch {
    throw refusal(
      source.at(path),
      'expected a name, got something else',
      'write labels of letters, digits, - and _, with dots',
    );
  }
}
