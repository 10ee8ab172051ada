import { severities } from '../../model/index.ts';
import { controlId, dialect, frameworkId, overrides, tag, text } from './common.ts';

/** JSON Schema of a profile, shipped as `docs/schemas/profile.schema.json` for editors. */
export const profileSchema = {
  $schema: dialect,
  title: 'a mapping (id, title, extends, select, exclude, params)',
  description: 'Which controls are asked for, which are left out and why, and with which parameters.',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'title'],
  properties: {
    id: { ...tag, title: 'an id (1 to 63 of a-z, 0-9, ".", "_", "-")' },
    title: text,
    extends: {
      ...text,
      description:
        'The profile that this one starts from: its file, relative to this file, or the id of one of assay.',
    },
    select: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      description:
        'Only these controls; each key narrows, and stands in place of the same key of the profile it extends.',
      properties: {
        frameworks: {
          type: 'array',
          items: frameworkId,
          minItems: 1,
          uniqueItems: true,
          description: 'Controls that are evidence toward one of these.',
        },
        controls: {
          type: 'array',
          items: { ...text, title: 'the id of a control, or the beginning of ids' },
          minItems: 1,
          uniqueItems: true,
        },
        severity: { type: 'string', enum: severities, description: 'Of this severity and above.' },
      },
    },
    exclude: {
      type: 'array',
      description: 'Controls that are left out; every report lists them with the reason.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['control', 'reason'],
        properties: { control: controlId, reason: text },
      },
    },
    params: {
      ...overrides,
      description: 'Parameters, by control id, then by parameter; each with its reason.',
    },
  },
} as const;
