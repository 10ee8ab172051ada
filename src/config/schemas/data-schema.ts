import { dataClasses, deidentifications, protections } from '../../model/index.ts';
import { text } from './common.ts';

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

/** `data:` of a target. */
export const dataSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'PostgreSQL: which sensitive data it holds, where and for how long.',
  properties: {
    columns: { type: 'array', items: column, maxItems: 1000, title: 'a list of at most 1000 columns' },
    retention: { type: 'array', items: retention, maxItems: 1000, title: 'a list of at most 1000 tables' },
    'de-identified': {
      type: 'array',
      items: deidentified,
      maxItems: 1000,
      title: 'a list of at most 1000 tables',
      description: 'Tables without identifiers of persons.',
    },
    sample,
    'removable-media': { type: 'boolean', description: 'The database lies on media that are carried about.' },
    'volume-encrypted': { type: 'boolean', description: 'The volume it lies on is encrypted: a statement.' },
  },
} as const;
