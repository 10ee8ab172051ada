import type { FactDefinition, FactRoot, FactSchema } from '../src/model/index.ts';

/** How the check catalog, which control ids come from, names what assay collects. */
export const catalogNames: Readonly<Record<string, readonly string[]>> = {
  attestations: ['scope.reviews'],
  'auditlog.canaries': ['auditlog.canaries'],
  'auditlog.continuity': ['auditlog.continuity'],
  'auditlog.disclosures': ['data.records'],
  'auditlog.fields': ['auditlog.fields'],
  'audit.events': ['auditlog.actors'],
  'audit.logins': ['auditlog.logIns'],
  'auditlog.matches': ['auditlog.matches'],
  'auditlog.retention': ['auditlog.retention'],
  'calendar.eol': ['postgres.release'],
  'data.ages': ['data.ages'],
  'data.canaries': ['data.canaries'],
  'data.columns': ['data.columns'],
  'data.consents': ['data.records'],
  'data.matches': ['data.deidentified', 'data.samples'],
  'data.requests': ['data.requests'],
  declarations: ['scope.roles', 'scope.duties'],
  'dns.a': ['dns.addresses'],
  'dns.axfr': ['dns.transfer'],
  'dns.caa': ['dns.caa'],
  'dns.cname': ['dns.aliases'],
  'dns.mx': ['dns.mail', 'dns.mtasts'],
  'dns.txt': ['dns.mail', 'dns.selectors', 'dns.mtasts'],
  'http.headers': ['http.headers'],
  'http.redirects': ['http.redirects'],
  'inventory.certificates': ['scope.certificates'],
  'pg.acl': ['postgres.privileges', 'postgres.access', 'postgres.readers', 'postgres.directGrants'],
  'pg.authid': ['postgres.passwords'],
  'pg.class': ['postgres.tables', 'postgres.views'],
  'pg.databases': ['postgres.databases'],
  'pg.default_acl': ['postgres.defaults'],
  'pg.extensions': ['postgres.extensions'],
  'pg.hba': ['postgres.hba', 'postgres.admissions', 'postgres.decisions'],
  'pg.memberships': ['postgres.memberships', 'postgres.roles'],
  'pg.probe': ['postgres.attempts'],
  'pg.policies': ['postgres.policies'],
  'pg.proc': ['postgres.functions', 'postgres.code'],
  'pg.role_settings': ['postgres.overrides', 'postgres.effective'],
  'pg.roles': ['postgres.roles'],
  'pg.settings': ['postgres.settings', 'postgres.effective', 'postgres.logging'],
  'pg.stat': ['postgres.load', 'postgres.prepared'],
  'pg.stat_archiver': ['postgres.archiver'],
  'pg.stat_database': ['postgres.damage'],
  'pg.stat_replication': ['postgres.replication'],
  'pg.stat_ssl': ['postgres.sessions', 'postgres.replication'],
  'pg.user_mappings': ['postgres.mappings'],
  roster: ['scope.accounts'],
  'tls.chain': ['tls.chain'],
  'tls.client_auth': ['tls.clients'],
  'tls.ciphers': ['tls.suites'],
  'tls.compression': ['tls.compression'],
  'tls.dh': ['tls.primes'],
  'tls.early_data': ['tls.tickets'],
  'tls.extensions': ['tls.extensions'],
  'tls.fallback_scsv': ['tls.fallback'],
  'tls.groups': ['tls.groups'],
  'tls.starttls': ['tls.upgrades'],
  'tls.leaf': ['tls.leaf'],
  'tls.renegotiation': ['tls.extensions'],
  'tls.revocation': ['tls.revocation', 'tls.status'],
  'tls.tickets': ['tls.tickets'],
  'tls.versions': ['tls.versions'],
  'tls.vulns': ['tls.flaws', 'tls.attacks'],
  'vuln.db': ['postgres.fixes'],
};

const introduction = `# Facts

What collectors say of a system: the vocabulary of \`expect\` in a control. \`npm run docs\` writes this page from the
schemas in \`src/<domain>/facts/\`, and a test keeps the two equal. How to use them: [controls.md](controls.md).

- **Type.** \`list\` and \`map\` say what they hold; \`timestamp\` is compared and subtracted in CEL. The fields that name an
  item of a list in findings stand behind \`by\`. The keys of a map are all listed: a key without a definite answer is
  absent.
- **Presence.** Fields are always there, save *optional* (absence is itself an answer: ask with \`has()\`) and *if seen*
  (absent when it could not be seen: the item that reads it is not tested).
- **Account**: the value names an account or a rule about one. No fact holds a secret.
- \`observed.<fact>\` is the instant at which the collection of a fact ended, a timestamp.
`;

/** The whole text of `docs/facts.md`. */
export function factsDocument(facts: readonly FactDefinition[]): string {
  const sorted = [...facts].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${[introduction, ...sorted.map(section), catalogSection()].join('\n')}`;
}

function section({ name, subject, schema }: FactDefinition): string {
  return [
    `## ${name}\n`,
    `${sentence(schema.description)} A \`${typeOf(schema)}\` about a \`${subject}\`.\n`,
    ...keysOf(schema),
    '| field | type | presence | meaning |',
    '|---|---|---|---|',
    ...rowsOf(name, schema),
    '',
  ].join('\n');
}

function sentence(text: string): string {
  return `${text.replace(/\.$/, '')}.`;
}

function keysOf(schema: FactRoot): readonly string[] {
  return schema.type === 'map' ? [`Keys: ${schema.keys.map((key) => `\`${key}\``).join(', ')}.\n`] : [];
}

/** One row for each field below a schema, its own path first. */
function rowsOf(path: string, schema: FactSchema): readonly string[] {
  switch (schema.type) {
    case 'array':
      return itemRows(`${path}[]`, schema.items);
    case 'map':
      return itemRows(`${path}[key]`, schema.values);
    case 'object':
      return Object.entries(schema.properties).flatMap(([key, child]) => [
        row(`${path}.${key}`, child),
        ...rowsOf(`${path}.${key}`, child),
      ]);
    default:
      return [];
  }
}

function itemRows(path: string, schema: FactSchema): readonly string[] {
  const own = schema.type === 'object' ? [] : [row(path, schema)];
  return [...own, ...rowsOf(path, schema)];
}

const presences = { required: '', optional: 'optional', 'if-seen': 'if seen' } as const;

function row(path: string, schema: FactSchema): string {
  const presence = presences[schema.presence ?? 'required'];
  const account = schema.dataClass === 'account-identifier' ? ' Account.' : '';
  const values =
    schema.type === 'string' && schema.enum
      ? ` One of ${schema.enum.map((value) => `\`${value}\``).join(', ')}.`
      : '';
  const meaning = `${sentence(schema.description)}${values}${account}`.replaceAll('|', '\\|');
  return `| \`${path}\` | ${typeOf(schema)} | ${presence} | ${meaning} |`;
}

function typeOf(schema: FactSchema): string {
  switch (schema.type) {
    case 'array': {
      const by = schema.itemKey === undefined ? '' : ` by ${schema.itemKey.join(', ')}`;
      return `list of ${typeOf(schema.items)}${by}`;
    }
    case 'map':
      return `map of ${typeOf(schema.values)}`;
    case 'object':
      return 'record';
    case 'string':
      return schema.format === 'date-time' ? 'timestamp' : 'string';
    case 'integer':
      return 'int';
    case 'boolean':
      return 'bool';
  }
}

function catalogSection(): string {
  const rows = Object.entries(catalogNames).map(
    ([name, ours]) => `| \`${name}\` | ${ours.map((fact) => `\`${fact}\``).join(', ')} |`,
  );
  return [
    '## Names in the check catalog\n',
    'Control ids come from a catalog of checks that names facts by their source. What is not in this table is not',
    'collected yet.\n',
    '| catalog | here |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}
