import { type Authority, lookUpServers } from '../../dns/authorities.ts';
import { answersFor, type Delegation, delegationIn, delegationState } from '../../dns/delegation.ts';
import { type Aliases, aliases } from '../../dns/facts/aliases.ts';
import { type Reply, targetsIn } from '../../dns/lookup.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { askAuthority, authoritiesOf } from './authority.ts';
import type { DnsSession } from './session.ts';

type Alias = Aliases[number];
type Missing = Completeness['missing'];

/** Collects `dns.aliases`: where records lead, and whether delegations are answered for. */
export const aliasesCollector: FactCollector<DnsSession> = {
  fact: aliases.name,
  needs: [],
  plan: {
    requests: [
      'NS, MX and CNAME of the zone and of each declared name, addresses of what they lead to; of delegated names, the servers that are to answer for them',
    ],
  },
  async collect(session) {
    const asking = startAsking(session);
    const { zone, declared } = session;
    const authorities = await authoritiesOf(session, asking);
    const delegated = await delegationsOf(session, asking, authorities);
    const found = await Promise.all([
      ...authorities.map(({ server }) => pointer(zone, 'NS', server, asking)),
      ...[zone, ...declared.names].map((name) => mailServers(name, asking)),
      ...declared.names
        .filter((name) => !isDelegated(name, delegated.found))
        .map((name) => aliasOf(name, asking)),
      ...delegated.found.map((one) => delegationRecords(one, session, asking)),
    ]);
    const value = found.flatMap((one) => one.records).sort(byKey);
    const missing = [
      ...found.flatMap((one) => one.missing),
      ...delegated.missing,
      ...undeclared(declared.names),
    ];
    const basis = `name and mail servers of the zone, and aliases, mail servers and delegations of ${declared.names.length} declared names`;
    return {
      value: value satisfies Aliases,
      method: 'TEST',
      completeness: [{ list: '', basis, returned: value.length, missing }],
      requests: asking.requests,
      evidence: [asking.evidence('every question about aliases and delegations, and every answer')],
    };
  },
};

interface Found {
  readonly records: readonly Alias[];
  readonly missing: Missing;
}

function undeclared(names: readonly string[]): Missing {
  const why = 'none are declared under dns: names:, and a zone cannot be listed';
  return names.length === 0 ? [{ what: 'other names of the zone', why }] : [];
}

const isDelegated = (name: string, delegations: readonly Delegation[]): boolean =>
  delegations.some((one) => one.name === name);

const keyOf = ({ name, type, target }: Alias): string => JSON.stringify([name, type, target]);
const byKey = (a: Alias, b: Alias): number => (keyOf(a) < keyOf(b) ? -1 : 1);

/** A record that points to a name: whether that name exists. */
async function pointer(name: string, type: 'MX' | 'NS', target: string, asking: Asking): Promise<Found> {
  const { reply } = await asking.ask({ name: target, type: 'A' });
  return { records: [{ name, type, target, ...stateOf(reply) }], missing: [] };
}

function stateOf(reply: Reply): Pick<Alias, 'state'> {
  if (reply.kind === 'none') return {};
  return { state: reply.kind === 'nxdomain' ? 'missing' : 'present' };
}

async function mailServers(name: string, asking: Asking): Promise<Found> {
  const { reply } = await asking.ask({ name, type: 'MX' });
  // The servers of an alias are those of another name.
  if (reply.kind !== 'none' && reply.owner !== name) return { records: [], missing: [] };
  const found = await Promise.all(targetsIn(reply).map((target) => pointer(name, 'MX', target, asking)));
  return {
    records: found.flatMap(({ records }) => records),
    missing: reply.kind === 'none' ? [{ what: `mail servers of ${name}`, why: reply.why }] : [],
  };
}

/** The end of a chain of aliases; where the resolver cannot follow it, at least that there is one. */
async function aliasOf(name: string, asking: Asking): Promise<Found> {
  const [{ reply }, { reply: direct }] = await Promise.all([
    asking.ask({ name, type: 'A' }),
    asking.ask({ name, type: 'CNAME' }),
  ]);
  if (reply.kind !== 'none') {
    const records =
      reply.aliases.length === 0
        ? []
        : [{ name, type: 'CNAME' as const, target: reply.owner, ...stateOf(reply) }];
    return { records, missing: [] };
  }
  const records = targetsIn(direct).map((target) => ({ name, type: 'CNAME' as const, target }));
  return { records, missing: direct.kind === 'none' ? [{ what: `alias of ${name}`, why: direct.why }] : [] };
}

/** The delegations that declared names lie in, as the zone's own servers have them: a resolver hides broken ones. */
async function delegationsOf(
  session: DnsSession,
  asking: Asking,
  authorities: readonly Authority[],
): Promise<{ readonly found: readonly Delegation[]; readonly missing: Missing }> {
  const found = new Map<string, Delegation>();
  const missing: { what: string; why: string }[] = [];
  const places = authorities.flatMap(({ addresses = [] }) => addresses);
  let index = 0;
  for (const name of session.declared.names.filter((each) => each !== session.zone)) {
    let message: Awaited<ReturnType<typeof askAuthority>>;
    // A server that did not answer is not asked again for the next name.
    for (; index < places.length && message === undefined; index += message === undefined ? 1 : 0)
      message = await askAuthority(session, asking, places[index] ?? '', { name, type: 'NS' });
    if (message === undefined)
      missing.push({ what: `delegation of ${name}`, why: 'no name server of the zone answered' });
    const one = message && delegationIn(message, name, session.zone);
    if (one !== undefined) found.set(one.name, one);
  }
  return { found: [...found.values()], missing };
}

async function delegationRecords(
  { name, servers }: Delegation,
  session: DnsSession,
  asking: Asking,
): Promise<Found> {
  const found = await asking.run(lookUpServers(servers));
  const heard = await Promise.all(found.map((one) => isAnsweredBy(one, name, session, asking)));
  const state = delegationState(heard.flat());
  const whole: Alias = {
    name,
    type: 'delegation',
    target: servers.join(' '),
    ...(state === undefined ? {} : { state }),
  };
  const pointers = await Promise.all(servers.map((server) => pointer(name, 'NS', server, asking)));
  return { records: [whole, ...pointers.flatMap(({ records }) => records)], missing: [] };
}

/** For each address of a server whether it answers for the zone; a server that does not exist answers for nothing. */
async function isAnsweredBy(
  { addresses, gone }: Authority,
  zone: string,
  session: DnsSession,
  asking: Asking,
): Promise<readonly (boolean | undefined)[]> {
  if (gone) return [false];
  if (addresses === undefined) return [undefined];
  if (addresses.length === 0) return [false];
  return Promise.all(
    addresses.map(async (address) =>
      answersFor(await askAuthority(session, asking, address, { name: zone, type: 'SOA' }), zone),
    ),
  );
}
