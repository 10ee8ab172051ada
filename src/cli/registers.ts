import { parseApprovals, parseDuties, parseReviews, parseRoles } from '../config/access-registers.ts';
import type { AssayConfig } from '../config/assay-config.ts';
import { parseAccounts, parseCertificates, parseCryptography, parseSystems } from '../config/registers.ts';
import { parseWindows } from '../config/windows-register.ts';
import type { EvidenceItem, Register, Registers } from '../model/index.ts';
import { type InputFile, readHashedText } from './input-files.ts';

/** The organisation's registers, and their own text as evidence. */
export interface ReadRegisters {
  readonly registers: Registers;
  readonly files: { readonly [K in keyof Registers]?: EvidenceItem };
}

interface ReadRegister {
  readonly register: Register;
  readonly text: string;
  readonly file: EvidenceItem;
}

/** @throws AssayError ERR_REGISTER, ERR_CSV with `file:line:column` */
export async function readRegisters(
  { registers: declared }: AssayConfig,
  locate: (path: string) => InputFile,
): Promise<ReadRegisters> {
  const read = async (kind: keyof Registers): Promise<ReadRegister | undefined> => {
    const one = declared[kind];
    return one && readOne(kind, locate(one.file), one.date);
  };
  const [systems, certificates, accounts, cryptography, roles, duties, reviews, approvals, windows] =
    await Promise.all([
      read('systems'),
      read('certificates'),
      read('accounts'),
      read('cryptography'),
      read('roles'),
      read('duties'),
      read('reviews'),
      read('approvals'),
      read('windows'),
    ]);
  return {
    registers: {
      ...(systems && { systems: parseSystems(systems.text, systems.register) }),
      ...(certificates && { certificates: parseCertificates(certificates.text, certificates.register) }),
      ...(accounts && { accounts: parseAccounts(accounts.text, accounts.register) }),
      ...(cryptography && { cryptography: parseCryptography(cryptography.text, cryptography.register) }),
      ...(roles && { roles: parseRoles(roles.text, roles.register) }),
      ...(duties && { duties: parseDuties(duties.text, duties.register) }),
      ...(reviews && { reviews: parseReviews(reviews.text, reviews.register) }),
      ...(approvals && { approvals: parseApprovals(approvals.text, approvals.register) }),
      ...(windows && { windows: parseWindows(windows.text, windows.register) }),
    },
    files: filesOf({
      systems,
      certificates,
      accounts,
      cryptography,
      roles,
      duties,
      reviews,
      approvals,
      windows,
    }),
  };
}

const filesOf = (
  read: {
    readonly [K in keyof Registers]?: ReadRegister | undefined;
  },
): ReadRegisters['files'] =>
  Object.fromEntries(Object.entries(read).flatMap(([kind, one]) => (one ? [[kind, one.file]] : [])));

/** Name, digest and date of each register: what a bundle's scope says of them. */
export function describeRegisters({ registers }: ReadRegisters): Readonly<Record<string, Register>> {
  const described = Object.entries(registers).map(([kind, { name, sha256, date }]) => [
    kind,
    { name, sha256, date },
  ]);
  return Object.fromEntries(described);
}

async function readOne(kind: keyof Registers, input: InputFile, date: string): Promise<ReadRegister> {
  const { text, bytes, sha256 } = await readHashedText(input, `a register of ${kind}`, 'ERR_REGISTER');
  return {
    register: { name: input.name, sha256, date },
    text,
    file: {
      title: `the register of ${kind}, as declared on ${date}`,
      mediaType: 'text/csv',
      extension: 'csv',
      bytes,
    },
  };
}
