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

/** As measured by tests/peers/tls-accuracy.test.ts, in golden/other-scanners.json. */
export interface Others {
  /** The day on which the file was last written: 2026-11-20. */
  readonly measuredOn: string;
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

const needsItsGroups =
  'offers no group with ML-KEM, and takes the refusal of what it offers for a server without TLS 1.3';

/** Why a tool differs from a server's configuration, by server and tool; `sslscan, groups` about those. */
const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'OpenSSL 3.0, every suite, pre-shared keys too': {
    sslscan:
      'asks for suites through the OpenSSL that it is built with, without any that needs a pre-shared key',
  },
  'OpenSSL 3.0, an Ed25519 certificate': {
    nmap: 'offers no signature algorithm that the key can sign with, so that TLS 1.2 is refused to it',
  },
  'OpenSSL 3.0, an RSA-PSS certificate': {
    nmap: 'offers no signature algorithm that the key can sign with, so that TLS 1.2 is refused to it',
  },
  'Node 24, X25519MLKEM768 as its only group': {
    sslscan: needsItsGroups,
    'sslscan, groups': 'knows no group with ML-KEM',
    nmap: needsItsGroups,
    'testssl.sh': needsItsGroups,
  },
  'Node 24, every group': { 'sslscan, groups': 'knows no group with ML-KEM' },
  'Node 0.10 (OpenSSL 1.0.1), every suite from SSLv2 on': {
    sslscan:
      'lists no suites of SSLv2 and SSLv3, which its OpenSSL does not speak; nor SEED, which that lacks as well, although sslscan has the name: why, we do not know',
  },
  'Java 17 (JSSE), every suite from SSLv3 on': {
    sslscan: 'lists no suites of SSLv3, which its OpenSSL does not speak',
  },
};

export function reasonFor(server: string, tool: string): string | undefined {
  return reasons[server]?.[tool];
}

/** What needs a reason: each tool that misses or adds, and `sslscan, groups`. */
export function disagreements({ tools, groups, sslscanGroups }: Comparison): readonly string[] {
  const differing = Object.entries(tools).filter(([, { missed, added }]) => missed.length + added.length > 0);
  return [...differing.map(([tool]) => tool), ...(groups === sslscanGroups ? [] : ['sslscan, groups'])];
}

const introduction = `## Against other scanners

Servers whose configuration is known, as \`tests/peers/tls-accuracy.test.ts\` starts them; the number of cipher suites
that each tool finds, one suite counted in every version. assay has to find each suite, version and group and no other,
in the server's order where it has one, or the test fails. What the others miss and add is compared with this page's
data, so that both stay true. A dash: not asked (testssl.sh takes up to a minute and a half for a server).
`;

const ending = `What could be tried of the probes for known flaws against servers that have them stands above, under
*Probes for known flaws*.
`;

/** The part of docs/accuracy.md about other scanners. */
export function otherScannersSection({ measuredOn, versions, servers }: Others): string {
  const tools = Object.keys(versions);
  const heads = tools.map((tool) => `${tool} ${versions[tool]}`);
  const rows = Object.entries(servers).map(([name, one]) => {
    const cells = tools.map((tool) => cell(one.tools[tool]));
    const groups = one.groups === undefined ? '–' : `${one.sslscanGroups} of ${one.groups}`;
    return `| ${[name, one.suites, one.suites, ...cells, groups].join(' | ')} |`;
  });
  const reasonLines = Object.entries(servers).flatMap(([name, one]) =>
    disagreements(one).map((tool) => `- **${tool}**, ${name}: ${reasonFor(name, tool)}.`),
  );
  return [
    introduction,
    `Measured on ${measuredOn}.\n`,
    `| server | configured | assay | ${heads.join(' | ')} | groups by sslscan |`,
    `|---|---|---|${heads.map(() => '---|').join('')}---|`,
    ...rows,
    '',
    'Why they disagree:\n',
    ...reasonLines,
    '',
    ending,
  ].join('\n');
}

function cell(difference: Difference | undefined): string {
  if (difference === undefined) return '–';
  const added = difference.added.reduce((count, line) => count + line.split(' ').length - 1, 0);
  return `${difference.found}${added > 0 ? ` and ${added} that are not there` : ''}`;
}
