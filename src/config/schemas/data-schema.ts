import {
  constraintKinds,
  dataClasses,
  deidentifications,
  digestSubjects,
  protections,
  recordFields,
  recordKinds,
  requestKinds,
} from '../../model/index.ts';
import { tag, text } from './common.ts';

const column = {
  type: 'object',
  additionalProperties: false,
  required: ['column', 'class'],
  properties: {
    column: { ...text, description: 'database.schema.table.column; odd names in double quotes, as in SQL.' },
    class: { type: 'string', enum: dataClasses, description: 'What it holds.' },
    protection: {
      type: 'string',
      enum: protections,
      description: 'How its values are kept from whoever reads them.',
    },
    'until-authorisation': {
      const: true,
      title: 'true',
      description: 'Of cvv, track and pin: kept until a payment is authorised, and no longer.',
    },
    purpose: {
      ...text,
      maxLength: 200,
      title: 'a text of at most 200 characters',
      description: 'What it is kept for.',
    },
  },
} as const;

const retention = {
  type: 'object',
  additionalProperties: false,
  required: ['table', 'timestamp', 'max-age-days'],
  properties: {
    table: { ...text, description: 'database.schema.table.' },
    timestamp: { ...text, description: 'The column, a date or a timestamp, that a row is as old as.' },
    'max-age-days': {
      type: 'integer',
      minimum: 1,
      maximum: 36_500,
      title: 'a number of days from 1 to 36500',
      description: 'Older rows are to be gone.',
    },
  },
} as const;

const fields = [...new Set(Object.values(recordFields).flat())];

const records = {
  type: 'object',
  additionalProperties: false,
  required: ['table', 'kind', 'columns'],
  properties: {
    table: { ...text, description: 'database.schema.table.' },
    kind: { type: 'string', enum: recordKinds, description: 'What its rows record.' },
    columns: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(fields.map((field) => [field, text])),
      description: Object.entries(recordFields)
        .map(([kind, each]) => `Where a row says it; ${kind}: ${each.join(', ')}.`)
        .join(' '),
    },
  },
} as const;

const requests = {
  type: 'object',
  additionalProperties: false,
  required: ['table', 'kind', 'received', 'answered'],
  properties: {
    table: { ...text, description: 'database.schema.table.' },
    kind: { type: 'string', enum: requestKinds, description: 'By which law they have to be answered.' },
    received: { ...text, description: 'The column, a date or a timestamp, of the day a request came in.' },
    answered: { ...text, description: 'That of the day it was answered; NULL while it is open.' },
    extended: { ...text, description: 'That of the day the person was told that it takes longer.' },
    'time-zone': {
      type: 'string',
      pattern: '^(UTC|[A-Z][A-Za-z_-]*(/[A-Z][A-Za-z_-]*){1,2})$',
      title: 'UTC or a name like Europe/Berlin',
      description: 'Whose days count; default UTC.',
    },
  },
} as const;

const constraints = {
  type: 'object',
  additionalProperties: false,
  required: ['column', 'must'],
  properties: {
    column: { ...text, description: 'database.schema.table.column.' },
    must: {
      type: 'array',
      items: { type: 'string', enum: constraintKinds },
      minItems: 1,
      uniqueItems: true,
      title: 'a list of not-null, unique, references, checked',
      description: 'What the server is to see to in every row.',
    },
  },
} as const;

const deidentified = {
  type: 'object',
  additionalProperties: false,
  required: ['table', 'method'],
  properties: {
    table: { ...text, description: 'database.schema.table.' },
    method: {
      type: 'string',
      enum: deidentifications,
      description: 'How identifiers were taken out: 45 CFR 164.514(b)(2), or (e)(2).',
    },
  },
} as const;

const sample = {
  type: 'object',
  additionalProperties: false,
  description: 'How much of a declared column is read where the group sampling is asked for.',
  properties: {
    rows: {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 1_000_000, title: 'a number up to 1000000, or all' },
        { const: 'all', title: 'a number up to 1000000, or all' },
      ],
      title: 'a number up to 1000000, or all',
      description:
        'About how many rows; default 500. all: every row, without which nothing is proved absent.',
    },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 2_147_483_647,
      title: 'a whole number',
      description: 'Which rows they are; default 1.',
    },
  },
} as const;

/** A value that somebody made up: no error shows it. */
const value = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  writeOnly: true,
  title: 'a text of at most 200 characters (digits in quotes)',
} as const;
/** So short that others could have it by chance, a value would be found where it is not. */
const ownValue = {
  ...value,
  minLength: 5,
  title: 'a text of 5 to 200 characters that nobody else has (digits in quotes)',
} as const;
const ownValues = {
  type: 'array',
  items: ownValue,
  minItems: 1,
  maxItems: 10,
  title: 'a list of at most 10 values',
} as const;
const row = {
  column: { ...text, description: 'database.schema.table.column that holds it.' },
  key: { ...text, description: 'The column of that table that tells the row.' },
  id: { ...value, description: 'What the key holds there, and in no other row.' },
} as const;

const person = {
  person: { ...tag, title: 'a name (a-z, 0-9, ".", "_", "-") that is none of the values' },
} as const;

const testRecords = {
  type: 'object',
  additionalProperties: false,
  description:
    'Values that were made up and put there, to be looked for where the group sampling is asked for. They are reduced to marks when this file is read.',
  properties: {
    cards: {
      type: 'array',
      maxItems: 100,
      title: 'a list of at most 100 planted card numbers',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['column', 'number'],
        properties: {
          column: { ...text, description: 'database.schema.table.column that holds it.' },
          number: { ...value, description: 'As it stands there: one that a brand publishes for tests.' },
        },
      },
    },
    digests: {
      type: 'array',
      maxItems: 100,
      title: 'a list of at most 100 test records',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['column', 'key', 'id', 'of', 'values'],
        properties: {
          ...row,
          of: {
            type: 'string',
            enum: digestSubjects,
            description: 'What the digest or pseudonym stands for.',
          },
          values: {
            ...ownValues,
            description: 'What it could have been made from: the number, the identity.',
          },
        },
      },
    },
    corrected: {
      type: 'array',
      maxItems: 100,
      title: 'a list of at most 100 corrections',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['column', 'key', 'id', 'value', 'former'],
        properties: {
          ...row,
          value: { ...value, description: 'What is to stand there.' },
          former: { ...ownValue, description: 'What stood there, and is to stand nowhere.' },
        },
      },
    },
    erased: {
      type: 'array',
      maxItems: 100,
      title: 'a list of at most 100 test persons',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['person', 'values'],
        properties: {
          ...person,
          values: { ...ownValues, description: 'What told the person apart, each to stand nowhere.' },
        },
      },
    },
    exported: {
      type: 'array',
      maxItems: 100,
      title: 'a list of at most 100 test persons',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['person', 'values', 'file'],
        properties: {
          ...person,
          values: { ...ownValues, description: 'What the database holds of the person.' },
          file: { ...text, description: 'The JSON file that was handed over, relative to this file.' },
        },
      },
    },
  },
} as const;

/** `data:` of a target. */
export const dataSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'PostgreSQL: which sensitive data it holds, where and for how long.',
  properties: {
    columns: { type: 'array', items: column, maxItems: 1000, title: 'a list of at most 1000 columns' },
    retention: { type: 'array', items: retention, maxItems: 1000, title: 'a list of at most 1000 tables' },
    records: { type: 'array', items: records, maxItems: 100, title: 'a list of at most 100 tables' },
    requests: { type: 'array', items: requests, maxItems: 4, title: 'a list of at most 4 tables' },
    constraints: {
      type: 'array',
      items: constraints,
      maxItems: 1000,
      title: 'a list of at most 1000 columns',
    },
    'de-identified': {
      type: 'array',
      items: deidentified,
      maxItems: 1000,
      title: 'a list of at most 1000 tables',
      description: 'Tables without identifiers of persons.',
    },
    sample,
    'removable-media': { type: 'boolean', description: 'The database lies on media that are carried about.' },
    'test-records': testRecords,
    'volume-encrypted': { type: 'boolean', description: 'The volume it lies on is encrypted: a statement.' },
  },
} as const;
