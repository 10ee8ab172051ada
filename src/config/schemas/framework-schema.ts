import { testabilities } from '../../model/index.ts';
import { dialect, elementId, frameworkId, text, texts } from './common.ts';
import { kinds } from './elements-schema.ts';

const element = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: elementId, title: { ...text, maxLength: 110 }, kinds },
} as const;

const requirement = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'title', 'section', 'kind', 'testability'],
  properties: {
    id: { ...text, title: 'a requirement id in quotes' },
    title: { ...text, maxLength: 110 },
    parent: { ...text, title: 'a requirement id in quotes' },
    section: text,
    kind: {
      type: 'string',
      enum: [
        'heading',
        'section',
        'article',
        'defined-approach',
        'general',
        'flexibility',
        'standard',
        'required',
        'addressable',
        'implementation-specification',
        'definition',
        'optional',
        'permitted',
        'criterion',
        'point-of-focus',
        'obligation',
        'basis',
        'condition',
        'element',
        'right',
        'permission',
      ],
    },
    testability: { type: 'string', enum: testabilities },
    citation: text,
    evidence: text,
    'applies-to': { ...texts, minItems: 1 },
    elements: {
      type: 'array',
      minItems: 1,
      items: element,
      description: 'What decides it; title and kinds of a common element may be left out.',
    },
    category: { ...text, description: 'One of `categories`; without it common to all.' },
    frequency: {
      type: 'string',
      pattern: '^P[1-9]\\d*[DMY]$',
      title: 'an ISO 8601 duration in days, months or years',
    },
    effective: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', title: 'a date (2026-01-31)' },
    'effective-scope': text,
    aliases: { ...texts, minItems: 1 },
    numbering: { type: 'string', enum: ['ordinal'] },
    'aggregates-children': { type: 'boolean' },
    'required-without-specification': { type: 'boolean' },
  },
} as const;

/** JSON Schema of a requirement tree in `controls/frameworks/`. */
export const frameworkSchema = {
  $schema: dialect,
  title: 'a mapping (id, title, version, source, copyright, requirements)',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'title', 'version', 'source', 'copyright', 'roles', 'requirements'],
  properties: {
    id: frameworkId,
    title: text,
    version: text,
    source: text,
    copyright: text,
    roles: { ...texts, minItems: 1, description: 'What an organisation can be under it.' },
    categories: {
      ...texts,
      minItems: 1,
      uniqueItems: true,
      description: 'Parts that an audit may leave out.',
    },
    'left-out': {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['what', 'why'],
        properties: { what: text, why: text },
      },
      description: 'What of the source is not in the tree, and why.',
    },
    doubts: { ...texts, minItems: 1, description: 'What could not be established.' },
    requirements: { type: 'array', minItems: 1, items: requirement },
  },
} as const;
