import { dialect, factName, paramName, tags, text, texts } from './common.ts';

const time = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  title: 'a UTC time (2026-11-20T00:00:00.000Z)',
} as const;

const pointer = { type: 'string', pattern: '^(/[^/]+)*$', title: 'a JSON pointer' } as const;

const common = {
  name: text,
  at: { ...time, description: 'Collection time of the facts.' },
  params: {
    type: 'object',
    propertyNames: paramName,
    description: 'Parameters that differ from their defaults.',
  },
  facts: {
    type: 'object',
    propertyNames: factName,
    description: 'By name; `unseen` for one that could not be seen.',
  },
  incomplete: {
    type: 'object',
    propertyNames: factName,
    additionalProperties: { type: 'array', items: pointer },
    description: 'JSON pointers of lists that are known to miss members; the empty one is the fact itself.',
  },
  subject: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    description: 'What applies-when asks of the system.',
    properties: { id: text, scheme: text, host: text, tags, environment: text },
  },
} as const;

const plain = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'facts'],
  properties: common,
} as const;
const failing = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'facts', 'exceptions'],
  properties: {
    ...common,
    exceptions: { ...texts, minItems: 1, items: { type: 'string' }, title: 'a list of item keys' },
  },
} as const;
const blind = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'facts'],
  properties: { ...common, items: { ...texts, items: { type: 'string' }, title: 'a list of item keys' } },
} as const;

/** JSON Schema of a control's case file, shipped as `docs/schemas/cases.schema.json` for editors. */
export const casesSchema = {
  $schema: dialect,
  title: 'a mapping (satisfied, not-satisfied, unseen)',
  type: 'object',
  additionalProperties: false,
  required: ['satisfied', 'not-satisfied', 'unseen'],
  properties: {
    satisfied: { type: 'array', minItems: 1, items: plain },
    'not-satisfied': { type: 'array', minItems: 1, items: failing },
    unseen: { type: 'array', minItems: 1, items: blind },
    'not-applicable': { type: 'array', minItems: 1, items: plain },
  },
} as const;
