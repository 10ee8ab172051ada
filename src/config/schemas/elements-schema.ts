import { elementKinds } from '../element-kinds.ts';
import { dialect, elementId, text } from './common.ts';

export const kinds = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  title: 'a list of kinds',
  items: { type: 'string', enum: elementKinds },
} as const;

/** JSON Schema of `controls/frameworks/elements.yaml`. */
export const elementsSchema = {
  $schema: dialect,
  title: 'a mapping of element ids to their title and kinds',
  type: 'object',
  propertyNames: elementId,
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: ['title', 'kinds'],
    properties: { title: { ...text, maxLength: 110 }, kinds },
  },
} as const;
