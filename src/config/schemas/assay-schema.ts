import { controlId, dialect, frameworkId, paramName, tag, tags, text } from './common.ts';

const date = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', title: 'a date (2026-01-31)' } as const;

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

const credentials = {
  type: 'object',
  additionalProperties: false,
  writeOnly: true,
  description: 'Secrets by reference only.',
  properties: {
    user: text,
    password: {
      type: 'string',
      pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$',
      title: 'env:NAME or file:path',
      writeOnly: true,
      description:
        'Where the password is: env:NAME or file:path (relative to this file). Never the password itself.',
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
        'https://host[:port], tls://host[:port], postgres://user@host/database or postgres:///database?host=<socket folder>.',
    },
    tags,
    owner: { ...text, description: 'Who answers for findings here.' },
    optional: { type: 'boolean', description: 'True: not reaching it does not make the scan unproven.' },
    addresses: {
      type: 'array',
      items: text,
      title: 'a list of addresses',
      description: 'IP addresses to use in place of name resolution.',
    },
    ca: { ...text, description: 'PEM file with the roots of this target, relative to this file.' },
    tls: {
      type: 'string',
      enum: ['verified', 'verified-ca', 'unverified', 'plaintext'],
      description: 'PostgreSQL: how a password may travel; default verified.',
    },
    credentials,
  },
} as const;

const override = {
  type: 'object',
  additionalProperties: false,
  required: ['value', 'reason'],
  properties: { value: { description: 'Of the type that the control declares.' }, reason: text },
} as const;

const overrides = {
  type: 'object',
  propertyNames: controlId,
  description: 'By control id, then by parameter.',
  additionalProperties: { type: 'object', propertyNames: paramName, additionalProperties: override },
} as const;

/** JSON Schema of `assay.yaml`, shipped as `docs/schemas/assay.schema.json` for editors. */
export const assaySchema = {
  $schema: dialect,
  title: 'a mapping (organisation, system, audits, targets, …)',
  description: 'What assay is to look at, for whom and against what.',
  type: 'object',
  additionalProperties: false,
  required: ['targets'],
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
