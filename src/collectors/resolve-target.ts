import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AssayError, type Subject, type Target } from '../model/index.ts';
import { orAborted } from './interruptible.ts';
import { networkError } from './network-error.ts';

/** Asks for the addresses of a host name. */
export type FindAddresses = (host: string) => Promise<readonly string[]>;

/** The subjects of a target, with why there is no address to look at where there is none. */
export interface ResolvedTarget {
  readonly subjects: readonly Subject[];
  readonly failure?: AssayError;
}

/**
 * Finds the addresses behind a target's name. One address: the subject is the target; several: each is a subject of
 * its own, `<id>~<address>`, because a name says nothing of which one answers a client. Where the target wants the
 * first alone, that is the subject, in the order of the resolver (RFC 6724), and the others are recorded with it. Socket
 * folders and zones have none.
 *
 * @param signal a name server may be silent for longer than a scan that was stopped can wait
 */
export async function resolveTarget(
  target: Target,
  signal: AbortSignal,
  findAddresses: FindAddresses = lookUp,
): Promise<ResolvedTarget> {
  // A zone is one, wherever its names lead.
  if (target.host.startsWith('/') || target.kind === 'dns-zone')
    return { subjects: [subjectAt(target, target.id)] };
  try {
    const addresses = await orAborted(() => addressesOf(target, findAddresses), target.host, signal);
    const [first, ...others] = addresses;
    if (target.addressChoice === 'first' && others.length > 0)
      return { subjects: [{ ...subjectAt(target, target.id, first), otherAddresses: others.sort() }] };
    if (addresses.length === 1) return { subjects: [subjectAt(target, target.id, addresses[0])] };
    return { subjects: addresses.map((address) => subjectAt(target, `${target.id}~${address}`, address)) };
  } catch (error) {
    return { subjects: [subjectAt(target, target.id)], failure: resolutionFailure(error, target) };
  }
}

/** The same without asking for addresses: a name is one subject, which has none. */
export async function withoutNames(target: Target, signal: AbortSignal): Promise<ResolvedTarget> {
  const isKnown = target.host.startsWith('/') || target.addresses.length > 0 || isIP(target.host) !== 0;
  return isKnown ? resolveTarget(target, signal) : { subjects: [subjectAt(target, target.id)] };
}

async function addressesOf(target: Target, findAddresses: FindAddresses): Promise<readonly string[]> {
  if (target.addresses.length > 0) return [...new Set(target.addresses)].sort();
  if (isIP(target.host)) return [target.host];
  const found = [...new Set(await findAddresses(target.host))];
  return target.addressChoice === 'first' ? found : found.sort();
}

async function lookUp(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
}

function resolutionFailure(error: unknown, target: Target): AssayError {
  const failure = networkError(error, target.host);
  if (failure instanceof AssayError) return failure;
  return new AssayError('ERR_UNRESOLVED', `expected an address for ${target.host}, got none`, {
    cause: error,
    remedy: 'Check the spelling and the name server, or give the target an address.',
  });
}

function subjectAt(target: Target, id: string, address?: string): Subject {
  const { kind, locator, host, port, tags, owner, optional } = target;
  return {
    id,
    targetId: target.id,
    kind,
    locator,
    host,
    port,
    ...(address === undefined ? {} : { address }),
    tags,
    ...(owner === undefined ? {} : { owner }),
    optional,
  };
}
