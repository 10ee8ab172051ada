import type { Framework, Target } from '../model/index.ts';

/** A target that was named, and what could be seen of it. */
export interface FoundTarget {
  readonly url: string;
  readonly target: Target;
  readonly addresses: readonly string[];
  /** Why it did not answer, in one line. */
  readonly failure?: string;
  /** Names in its certificates, besides the one it was asked for under. */
  readonly otherNames: readonly string[];
  /** What its certificates would fail on with the roots at hand, in one line each. */
  readonly doubts: readonly string[];
}

export interface FirstFileInput {
  readonly found: readonly FoundTarget[];
  readonly frameworks: readonly Framework[];
  /** Where editors find the schema, as seen from the file. */
  readonly schema: string;
  /** The day of the look: `2026-11-20`. */
  readonly date: string;
}

/** An `assay.yaml` to begin with: what was seen, and what only people know as comments. It holds no secret. */
export function firstAssayFile({ found, frameworks, schema, date }: FirstFileInput): string {
  const ids = idsOf(found.map(({ target }) => target));
  return `# yaml-language-server: $schema=${schema}
#
# What assay looks at, for whom and against what; \`assay scan\` reads it. \`assay init\` wrote it on ${date} from what it
# was given and what it saw. Lines that begin with "# " and a key are for you to complete; docs/configuration.md
# describes every key. No secret may stand here: secrets are named (env:NAME, file:path, exec:command).

# Printed on page 1 of every report. The system names the bundle; environments are never mixed in one.
# organisation: Example GmbH
# system: payments
# environment: prod

# Frameworks, each applied to the targets that carry any of the tags; without a boundary, to all. Until one stands
# here, reports show all frameworks, and none decides the outcome of a scan.
# audits:
${frameworks.map((framework) => auditLines(framework, date.slice(0, 4))).join('')}
targets:
${found.map((one, index) => targetLines(one, ids[index] ?? '', date)).join('\n')}
# What is left out on purpose: listed in every report.
# out-of-scope:
#   - what: card terminals in the branches
#     why: operated and attested by the acquirer
`;
}

function auditLines({ id, roles = [] }: Framework, year: string): string {
  const [role] = roles;
  const others = roles.length > 1 ? `   # ${roles.join(', ')}` : '';
  return [
    `#   - framework: ${id}`,
    ...(role === undefined ? [] : [`#     role: ${role}${others}`]),
    `#     period: { from: ${year}-01-01, to: ${year}-12-31 }`,
    '#     boundary: { tags: [cde] }',
    '',
  ].join('\n');
}

function targetLines(found: FoundTarget, id: string, date: string): string {
  const { url, target } = found;
  return [
    ...notesOf(found, date).map((note) => `  # ${note}`),
    `  - id: ${quoted(id)}   # stays for years: waivers and recorded series need it`,
    `    url: ${quoted(url)}`,
    `    tags: [${tagOf[target.kind]}]   # what boundaries, --tag and parameters select by: add yours, as cde or public`,
    '    # owner: web-team   # who answers for findings here',
    ...(target.caFile === undefined
      ? ['    # ca: internal-ca.pem   # roots of its certificates, where they are not public']
      : []),
    ...httpLines(target),
    ...(target.kind === 'postgres-server' ? credentialLines(target, id) : []),
    ...(target.kind === 'dns-zone' ? zoneLines : []),
    '',
  ].join('\n');
}

function httpLines({ http }: Target): readonly string[] {
  if (http === undefined) return [];
  return [
    '    # paths: [/, /login]   # asked over HTTP too, over TLS and in the clear',
    ...(http.clearPort === undefined
      ? [
          '    # http-port: 80   # where plain HTTP is to redirect or to be closed: not asked until it is named',
        ]
      : []),
  ];
}

function notesOf({ addresses, failure, otherNames, doubts }: FoundTarget, date: string): readonly string[] {
  const places =
    addresses.length === 0
      ? []
      : [`${addresses.join(', ')}${addresses.length > 1 ? ': each is looked at' : ''}`];
  return [
    ...places,
    failure === undefined
      ? `answered on ${date}`
      : `NOT REACHED on ${date}: ${failure}. A scan ends with exit code 4 until it is, or is "optional: true".`,
    ...doubts,
    ...(otherNames.length > 0
      ? [`its certificate also names ${otherNames.join(', ')}: are these targets too?`]
      : []),
  ];
}

const zoneLines = [
  '    # resolver: 192.0.2.53   # the recursive server to ask; without it, those of this machine',
  '    # dns:',
  '    #   selectors: [s1]   # of DKIM; neither they nor the names of a zone can be listed from outside',
  '    #   names: [www, api]',
];

const auditor = 'assay_auditor';

function credentialLines({ postgres }: Target, id: string): readonly string[] {
  const variable = id
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)/, 'DB_');
  const user = postgres?.user ?? auditor;
  const role = /^[\w-]+$/.test(user) ? user : '<its user>';
  return [
    `    # \`assay grants postgres --role ${role}\` prints the SQL of a role that can only look.`,
    '    credentials:',
    ...(postgres?.user === undefined ? [`      user: ${auditor}`] : []),
    `      password: env:${variable}_PASSWORD   # or file:path, or exec:command; never the password itself`,
  ];
}

/** Ids that people can read, each once: the host, with the port where it is not the usual one. */
function idsOf(targets: readonly Target[]): readonly string[] {
  const given = new Set<string>();
  return targets.map((target) => {
    const base = readableId(target);
    let id = base;
    for (let number = 2; given.has(id); number += 1) id = `${base}-${number}`;
    given.add(id);
    return id;
  });
}

const usualPort = { 'tls-endpoint': 443, 'postgres-server': 5432, 'dns-zone': 53 } as const;
const suffixOf = { 'tls-endpoint': '', 'postgres-server': '-postgres', 'dns-zone': '-zone' } as const;
const tagOf = { 'tls-endpoint': 'endpoint', 'postgres-server': 'database', 'dns-zone': 'zone' } as const;
/** Leaves room for a number. */
const maxIdLength = 58;

function readableId({ kind, host, port }: Target): string {
  const name = host.startsWith('/')
    ? 'local'
    : host.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '');
  const suffix = `${suffixOf[kind]}${port === usualPort[kind] ? '' : `-${port}`}`;
  return `${(name || 'target').slice(0, maxIdLength - suffix.length)}${suffix}`;
}

/** A text as YAML reads it back, in quotes unless it can be nothing else. */
function quoted(text: string): string {
  const isUrl = /^(https|tls|postgres|dns):\/\/[\w.:/@?=&%[\]~-]+$/.test(text);
  const isWord = /^[a-z][a-z0-9._-]*$/.test(text) && !/^(true|false|null)$/.test(text);
  return isUrl || isWord ? text : JSON.stringify(text);
}
