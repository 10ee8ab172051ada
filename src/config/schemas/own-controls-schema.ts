import { dialect, frameworkId, text } from './common.ts';

const ownControl = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'wording', 'owner', 'frequency'],
  properties: {
    id: { ...text, maxLength: 100, title: 'an id of your own (in quotes if it looks like a number)' },
    wording: { ...text, description: 'The control in your own words, as the auditor tests it.' },
    owner: { ...text, description: 'Who answers for it.' },
    frequency: { ...text, description: 'How often it is performed: continuously, quarterly, …' },
    requirements: {
      type: 'object',
      propertyNames: frameworkId,
      description: 'By framework: the requirements that it serves.',
      additionalProperties: {
        type: 'array',
        items: { ...text, title: 'a requirement id in quotes' },
        minItems: 1,
        uniqueItems: true,
      },
    },
    controls: {
      type: 'array',
      items: { ...text, title: 'the id of a control, or the beginning of ids' },
      uniqueItems: true,
      description: 'The tests that stand under it: ids of controls, or beginnings of ids (tls.protocol).',
    },
  },
} as const;

/** JSON Schema of a file of own controls, shipped as `docs/schemas/own-controls.schema.json` for editors. */
export const ownControlsSchema = {
  $schema: dialect,
  title: 'a mapping (own-controls)',
  description: "The organisation's own controls, and the tests that stand under each.",
  type: 'object',
  additionalProperties: false,
  required: ['own-controls'],
  properties: { 'own-controls': { type: 'array', minItems: 1, items: ownControl } },
} as const;
