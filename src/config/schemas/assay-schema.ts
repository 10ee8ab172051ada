import { probeGroups } from '../../model/index.ts';
import { date, dialect, frameworkId, overrides, tag, tags, text } from './common.ts';
import { dataSchema } from './data-schema.ts';
import { followUpSchema } from './follow-up-schema.ts';
import { registers } from './registers-schema.ts';
import { alternatives, thirdParty } from './responsibilities-schema.ts';

const audit = {
  type: 'object',
  additionalProperties: false,
  required: ['framework'],
  description: 'A framework applied to a boundary.',
  properties: {
    framework: { ...frameworkId, description: 'hipaa, pci-dss-4.0.1, soc2-2017 or gdpr.' },
    role: {
      ...text,
      description: 'What the organisation is under the framework; `assay frameworks show` lists roles.',
    },
    categories: {
      type: 'array',
      items: text,
      uniqueItems: true,
      title: 'a list of categories without repetitions',
      description: 'Categories, beyond what is common to all, that the audit covers (SOC 2); without it all.',
    },
    period: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to'],
      description: 'The audit period, both days included.',
      properties: { from: date, to: date },
    },
    boundary: {
      type: 'object',
      additionalProperties: false,
      required: ['tags'],
      description: 'Targets carrying any of these tags are in the audit; without it all are.',
      properties: { tags: { ...tags, minItems: 1 } },
    },
  },
} as const;

const password = {
  type: 'string',
  pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|exec:.+)$',
  title: 'env:NAME, file:path or exec:command',
  writeOnly: true,
  description:
    'Where the password is: env:NAME, file:path (relative to this file) or exec:command (what it prints). Never the password itself.',
} as const;

const credentials = {
  type: 'object',
  additionalProperties: false,
  writeOnly: true,
  description: 'Secrets by reference only.',
  properties: {
    user: text,
    password,
  },
} as const;

const addresses = {
  title: 'a list of addresses, or first',
  anyOf: [
    { type: 'array', items: text, title: 'a list of addresses, or first' },
    { const: 'first', title: 'a list of addresses, or first' },
  ],
  description:
    'IP addresses to use in place of name resolution; first: of those that it gives only the first, as every report then says.',
} as const;

const zone = {
  type: 'object',
  additionalProperties: false,
  description: 'What cannot be found out about a DNS zone by asking.',
  properties: {
    mail: {
      type: 'boolean',
      description: 'Whether it is a mail domain; without it, a zone with mail servers (MX) is.',
    },
    issuers: {
      type: 'array',
      items: text,
      uniqueItems: true,
      title: 'a list of domain names without repetitions',
      description: 'Certification authorities that may issue, as CAA records name them; [] for none.',
    },
    selectors: {
      type: 'array',
      items: text,
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      title: 'a list of at most 50 selectors without repetitions',
      description: 'DKIM selectors in use.',
    },
    names: {
      type: 'array',
      items: text,
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      title: 'a list of at most 100 names without repetitions',
      description: 'Names in the zone, in full or relative to it.',
    },
  },
} as const;

const defaultPasswords = {
  type: 'array',
  minItems: 1,
  maxItems: 10,
  title: 'a list of at most 10 roles',
  writeOnly: true,
  description:
    'PostgreSQL: passwords that roles must not have; the probe group attempts tries to log in with each of them once.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['role', 'passwords'],
    writeOnly: true,
    properties: {
      role: {
        type: 'string',
        pattern: '^[^\\u0000-\\u001f\\u007f]{1,63}$',
        title: 'the name of a role',
        description: 'Role, as the catalogue has it.',
      },
      passwords: {
        type: 'array',
        minItems: 1,
        maxItems: 3,
        uniqueItems: true,
        title: 'a list of 1 to 3 passwords without repetitions',
        writeOnly: true,
        items: {
          type: 'string',
          pattern: '^(role-name|env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$',
          title: 'role-name, env:NAME or file:path',
          writeOnly: true,
        },
        description:
          'role-name: the name of the role itself; else where it is: env:NAME or file:path (relative to this file). Never the password itself.',
      },
    },
  },
} as const;

const log = {
  type: 'object',
  additionalProperties: false,
  description: 'PostgreSQL: the log that the server writes is looked at too.',
  properties: {
    'window-hours': {
      type: 'integer',
      minimum: 1,
      maximum: 744,
      title: 'a number of hours from 1 to 744',
      description: 'How far back its entries are read; default 24.',
    },
    'log-in-days': {
      type: 'integer',
      minimum: 91,
      maximum: 400,
      title: 'a number of days from 91 to 400',
      description: 'How far back log-ins are looked for; without it they are not.',
    },
    folder: {
      ...text,
      description:
        'Folder of this machine with the log of this server alone, or copies of it, relative to this file; without it the log is read through the server.',
    },
    'canary-table': {
      type: 'string',
      pattern: '^[A-Za-z_][A-Za-z0-9_$]{0,62}[.][A-Za-z_][A-Za-z0-9_$]{0,62}$',
      title: 'a table with its schema (schema.table)',
      description: 'A table of sensitive data; the probe group canaries asks for no row of it.',
    },
  },
} as const;

const target = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    id: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9._-]{0,62}$',
      title: 'an id (1 to 63 of a-z, 0-9, ".", "_", "-")',
      description: 'A name that stays for years; waivers and recorded series need it.',
    },
    url: {
      ...text,
      description:
        'https://host[:port], tls://host[:port], starttls+smtp://host[:port] (or another protocol), postgres://user@host/database or postgres:///database?host=<socket folder>, dns://[resolver[:port]/]zone.',
    },
    tags,
    owner: { ...text, description: 'Who answers for findings here.' },
    optional: { type: 'boolean', description: 'True: not reaching it does not make the scan unproven.' },
    addresses,
    'server-name': {
      ...text,
      description:
        'TLS endpoints: the name to ask the server for (SNI), which its certificates must name; default the host of the URL.',
    },
    proxy: {
      ...text,
      description: 'TLS endpoints: connect through http://host:port (CONNECT) or socks5://host:port.',
    },
    'proxy-credentials': {
      ...credentials,
      required: ['user', 'password'],
      description: 'What the proxy is logged in to with; the password by reference only.',
    },
    ca: { ...text, description: 'PEM file with the roots of this target, relative to this file.' },
    paths: {
      type: 'array',
      items: text,
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      title: 'a list of 1 to 20 paths without repetitions',
      description: 'https: paths that are asked over HTTP, without query; default /.',
    },
    'http-port': {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      title: 'a port from 1 to 65535',
      description: 'https: where plain HTTP is asked; default 80 where the port of the URL is 443.',
    },
    tls: {
      type: 'string',
      enum: ['verified', 'verified-ca', 'unverified', 'plaintext'],
      description: 'PostgreSQL: how a password may travel; default verified.',
    },
    credentials,
    'default-passwords': defaultPasswords,
    log,
    resolver: {
      ...text,
      description: 'DNS zones: address of the recursive server to ask, with a port where it is not 53.',
    },
    dns: zone,
    data: dataSchema,
  },
} as const;

const oneOrMore = {
  anyOf: [text, { type: 'array', items: text, minItems: 1, uniqueItems: true }],
} as const;

/** JSON Schema of `assay.yaml`, shipped as `docs/schemas/assay.schema.json` for editors. */
export const assaySchema = {
  $schema: dialect,
  title: 'a mapping (organisation, system, audits, targets, …)',
  description: 'What assay is to look at, for whom and against what.',
  type: 'object',
  additionalProperties: false,
  anyOf: [
    { required: ['targets'], properties: { targets: true } },
    { required: ['targets-file'], properties: { 'targets-file': true } },
  ],
  properties: {
    organisation: text,
    system: { ...text, description: 'The system under audit; it names the bundle.' },
    environment: {
      ...tag,
      title: 'an environment (prod, staging, …)',
      description: 'Environments are never mixed.',
    },
    audits: { type: 'array', items: audit },
    targets: { type: 'array', minItems: 1, items: target },
    'targets-file': {
      ...text,
      description:
        'A list of further targets, one place a line as --targets reads it, relative to this file; what is described under targets too keeps what is said there.',
    },
    ...followUpSchema,
    'out-of-scope': {
      type: 'array',
      description: 'What was left out on purpose, and why.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['what', 'why'],
        properties: { what: text, why: text },
      },
    },
    probes: {
      type: 'array',
      items: { type: 'string', enum: probeGroups },
      minItems: 1,
      uniqueItems: true,
      description:
        'Groups of controls that have to be asked for. flaws: probes that send what no honest client sends. exhaustive: more connections than an ordinary scan needs. revocation: the authority of a certificate is asked about it. canaries: events, a failed log-in among them, that must then stand in the log. challenges: log-ins are begun, without a credential, to see what is asked for. sampling: rows of declared columns and tables are read in the database server, which tells counts alone. attempts: log-ins are tried with declared default passwords.',
    },
    registers,
    'third-party': thirdParty,
    alternatives,
    profile: {
      ...oneOrMore,
      title: 'the id of a profile of assay, the file of a profile, or a list of them',
      description:
        'What is selected and left out, and with which parameters; files are relative to this file.',
    },
    controls: {
      type: 'array',
      items: text,
      minItems: 1,
      uniqueItems: true,
      title: 'a list of folders',
      description: 'Folders with controls and frameworks of your own, relative to this file.',
    },
    'own-controls': {
      ...text,
      description: "The organisation's own controls: a YAML or CSV file, relative to this file.",
    },
    params: {
      type: 'object',
      additionalProperties: false,
      description:
        'Control parameters that differ from their defaults; a target goes before a tag, a tag before the system.',
      properties: {
        system: overrides,
        tags: { type: 'object', propertyNames: tag, additionalProperties: overrides },
        targets: { type: 'object', propertyNames: tag, additionalProperties: overrides },
      },
    },
  },
} as const;
