import {
  type AccountsRegister,
  AssayError,
  type CertificatesRegister,
  type CryptographicParameter,
  type CryptographyRegister,
  type Register,
  type Registers,
  type SystemsRegister,
} from '../model/index.ts';
import { isCalendarDate } from './calendar.ts';
import { type Cell, readTable } from './csv-table.ts';
import { refusalOf } from './refusal.ts';
import { parseTarget } from './target.ts';
import type { YamlSource } from './yaml.ts';

const refusal = refusalOf('ERR_REGISTER');

/** A register as the configuration names it. */
interface DeclaredRegister {
  readonly file: string;
  readonly date: string;
}

export type DeclaredRegisters = { readonly [K in keyof Registers]?: DeclaredRegister };

/** @throws AssayError ERR_CONFIG for a date that is none */
export function registersOf(raw: DeclaredRegisters, source: YamlSource): DeclaredRegisters {
  for (const [kind, register] of Object.entries(raw)) {
    if (isCalendarDate(register.date)) continue;
    const place = source.at(['registers', kind, 'date']);
    throw refusalOf('ERR_CONFIG')(place, 'expected a day that exists, got another', 'correct the date');
  }
  return raw;
}

/**
 * Reads a register of systems: columns `system` (the id of a target, or its URL) and optionally `owner`.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER, ERR_TARGET
 */
export function parseSystems(text: string, register: Register): SystemsRegister {
  const rows = readTable(register.name, text, ['system'], ['owner']);
  refuseRepeats(rows.map(({ system }) => system));
  return {
    ...register,
    systems: rows.map(({ system, owner }) => ({
      name: nameOf(system),
      ...(owner.text === '' ? {} : { owner: owner.text }),
    })),
  };
}

/**
 * Reads a register of certificates: columns `sha256` (of the whole certificate, with or without colons) and optionally
 * `subject`.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseCertificates(text: string, register: Register): CertificatesRegister {
  const rows = readTable(register.name, text, ['sha256'], ['subject']);
  refuseRepeats(rows.map(({ sha256 }) => ({ ...sha256, text: digestOf(sha256) })));
  return {
    ...register,
    certificates: rows.map(({ sha256, subject }) => ({
      sha256: digestOf(sha256),
      ...(subject.text === '' ? {} : { subject: subject.text }),
    })),
  };
}

/**
 * Reads a roster of accounts: columns `system` (the id of a target), `account`, and optionally `privileged` (yes or no)
 * and `person`.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseAccounts(text: string, register: Register): AccountsRegister {
  const rows = readTable(register.name, text, ['system', 'account'], ['privileged', 'person']);
  refuseRepeats(
    rows.map(({ system, account }) => ({
      text: `${system.text} ${account.text}`,
      place: account.place,
      key: JSON.stringify([system.text, account.text]),
    })),
  );
  return {
    ...register,
    accounts: rows.map(({ system, account, privileged, person }) => ({
      system: system.text,
      account: account.text,
      privileged: isYes(privileged, 'write yes for privileged accounts'),
      ...(person.text === '' ? {} : { person: person.text }),
    })),
  };
}

/**
 * Reads a record of what TLS endpoints are set up with: columns `system` (the id of a target), `kind` (version, suite or
 * group) and `name`.
 *
 * @throws AssayError ERR_CSV, ERR_REGISTER
 */
export function parseCryptography(text: string, register: Register): CryptographyRegister {
  const rows = readTable(register.name, text, ['system', 'kind', 'name'], []);
  refuseRepeats(
    rows.map(({ system, kind, name }) => ({
      text: `${system.text} ${kind.text} ${name.text}`,
      place: name.place,
      key: JSON.stringify([system.text, kind.text, name.text]),
    })),
  );
  return {
    ...register,
    parameters: rows.map(({ system, kind, name }) => ({
      system: system.text,
      kind: parameterKindOf(kind),
      name: name.text,
    })),
  };
}

function parameterKindOf({ text, place }: Cell): CryptographicParameter['kind'] {
  if (text === 'version' || text === 'suite' || text === 'group') return text;
  throw refusal(
    place,
    'expected version, suite or group, got another word',
    'write what the name in the next column is',
  );
}

function nameOf({ text, place }: Cell): string {
  if (!text.includes('://')) return text;
  try {
    return parseTarget(text).locator;
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw new AssayError(error.code, `${place} ${error.message}`, {
      cause: error,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    });
  }
}

function digestOf({ text, place }: Cell): string {
  const digest = text.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digest)) return digest;
  throw refusal(
    place,
    'expected a SHA-256 digest of 64 hex digits, got another text',
    'openssl x509 -noout -fingerprint -sha256 prints it',
  );
}

export function isYes({ text, place }: Cell, remedy: string): boolean {
  const word = text.toLowerCase();
  if (['yes', 'true'].includes(word)) return true;
  if (['', 'no', 'false'].includes(word)) return false;
  throw refusal(place, 'expected yes or no, got another word', remedy);
}

export function refuseRepeats(cells: readonly (Cell & { readonly key?: string })[]): void {
  const first = new Map<string, string>();
  for (const { text, place, key = text } of cells) {
    const before = first.get(key);
    if (before !== undefined) {
      throw refusal(
        place,
        `expected each entry once, got "${text}" again (first at ${before})`,
        'leave one out',
      );
    }
    first.set(key, place);
  }
}
