/** Pieces that the schemas share. Every title is the noun of an error message: "expected <key> to be <title>". */
export const text = { type: 'string', minLength: 1, pattern: '\\S', title: 'a text' } as const;
export const tag = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9._-]{0,62}$',
  title: 'a tag (a-z, 0-9, ".", "_", "-")',
} as const;
export const tags = {
  type: 'array',
  items: tag,
  uniqueItems: true,
  title: 'a list of tags without repetitions',
} as const;
export const texts = { type: 'array', items: text, title: 'a list of texts' } as const;
export const controlId = {
  type: 'string',
  pattern: '^[a-z0-9]+(\\.[a-z0-9-]+){2}$',
  title: 'a control id (segment.group.name, lower case)',
} as const;
export const frameworkId = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9.-]*$',
  title: 'a framework id (lower case)',
} as const;
export const paramName = {
  type: 'string',
  pattern: '^[a-z][A-Za-z0-9_]*$',
  title: 'a parameter name (letters, digits, "_")',
} as const;

const override = {
  type: 'object',
  additionalProperties: false,
  required: ['value', 'reason'],
  properties: {
    value: { description: 'Of the type that the control declares, within its bounds.' },
    reason: text,
  },
} as const;
export const overrides = {
  type: 'object',
  propertyNames: controlId,
  description: 'By control id, then by parameter.',
  additionalProperties: { type: 'object', propertyNames: paramName, additionalProperties: override },
} as const;
export const factName = {
  type: 'string',
  pattern: '^[a-z0-9]+\\.[a-z][A-Za-z0-9_]*$',
  title: 'a fact name (tls.versions)',
} as const;
export const elementId = {
  type: 'string',
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  title: 'an element in kebab-case',
} as const;
export const date = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  title: 'a date (2026-01-31)',
} as const;
export const dialect = 'https://json-schema.org/draft/2020-12/schema';
