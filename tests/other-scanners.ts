/** How a scanner's list of suites differs from what the server is configured to accept. */
export interface Difference {
  readonly found: number;
  /** By version: `TLSv1.2: 0xc02f 0xc030`. */
  readonly missed: readonly string[];
  readonly added: readonly string[];
}

export interface Comparison {
  /** Suites configured, each counted in every version. */
  readonly suites: number;
  readonly tools: Readonly<Record<string, Difference>>;
  /** Groups of TLS 1.3 configured, and how many of them sslscan finds. */
  readonly groups?: number;
  readonly sslscanGroups?: number;
}

/** As measured by tests/peers/tls-accuracy.test.ts, in other-scanners.json. */
export interface Others {
  readonly versions: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, Comparison>>;
}

/** @param truth `TLSv1.2 0xc02f` */
export function compare(
  truth: readonly string[],
  listings: Readonly<Record<string, readonly string[]>>,
): Pick<Comparison, 'suites' | 'tools'> {
  const tools = Object.entries(listings).map(([tool, listing]) => {
    const missed = truth.filter((suite) => !listing.includes(suite));
    const added = listing.filter((suite) => !truth.includes(suite));
    const found = truth.length - missed.length;
    return [tool, { found, missed: byVersion(missed), added: byVersion(added) }] as const;
  });
  return { suites: truth.length, tools: Object.fromEntries(tools) };
}

function byVersion(suites: readonly string[]): readonly string[] {
  const codes = new Map<string, string[]>();
  for (const suite of [...suites].sort()) {
    const [version = '', code = ''] = suite.split(' ');
    codes.set(version, [...(codes.get(version) ?? []), code]);
  }
  return [...codes].map(([version, each]) => `${version}: ${each.join(' ')}`);
}

/** Why a tool differs from a server's configuration, by server and tool. */
const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

export function reasonsFor(server: string, tool: string): string | undefined {
  return reasons[server]?.[tool];
}
