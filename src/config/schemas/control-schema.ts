import { paramTypes, severities, strengths, subjectKinds } from '../../model/index.ts';
import { controlId, dialect, frameworkId, paramName, text, texts } from './common.ts';

const param = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'default'],
  properties: {
    type: { type: 'string', enum: paramTypes },
    default: { description: 'Of that type.' },
    description: text,
  },
} as const;

const link = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'strength'],
  properties: {
    id: { ...text, title: 'a requirement id in quotes' },
    strength: {
      type: 'string',
      enum: strengths,
      description:
        'full: decides every technical element for this kind of subject; partial: decides one element; supporting: evidence that a person weighs.',
    },
    element: {
      type: 'string',
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      title: 'an element in kebab-case',
      description: 'The element that a partial link decides.',
    },
    rationale: { ...text, description: 'Why a full link decides all of it.' },
  },
} as const;

/** JSON Schema of a control file, shipped as `docs/schemas/control.schema.json` for editors. */
export const controlSchema = {
  $schema: dialect,
  title: 'a mapping (id, version, title, …)',
  description: 'One thing that must hold of one kind of subject.',
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'version',
    'title',
    'severity',
    'subject',
    'expect',
    'message',
    'remediation',
    'references',
    'proves',
    'does-not-prove',
    'satisfies',
  ],
  properties: {
    id: { ...controlId, description: 'Stable for years; the file is controls/<segment>/<id>.yaml.' },
    version: { type: 'integer', minimum: 1, title: 'a whole number from 1' },
    aliases: { type: 'array', items: controlId, uniqueItems: true },
    title: { ...text, maxLength: 110 },
    severity: { type: 'string', enum: severities },
    subject: { type: 'string', enum: subjectKinds },
    params: { type: 'object', propertyNames: paramName, additionalProperties: param },
    expect: {
      ...text,
      title: 'a CEL expression',
      description: 'A conjunction of X.all(v, P), !X.exists(v, P), X.exists(v, P) and bools.',
    },
    empty: {
      type: 'string',
      enum: ['unseen', 'not-applicable'],
      description: 'What an empty population means; default unseen.',
    },
    'applies-when': {
      type: 'object',
      additionalProperties: false,
      required: ['expression', 'otherwise'],
      properties: {
        expression: { ...text, title: 'a CEL expression over subject and params' },
        otherwise: { ...text, description: 'Why the control is not applicable where it is false.' },
      },
    },
    message: { ...text, description: 'What a failure says.' },
    remediation: {
      type: 'object',
      minProperties: 1,
      additionalProperties: text,
      description: 'By product, or under `any`.',
    },
    references: texts,
    proves: text,
    'does-not-prove': text,
    satisfies: {
      type: 'object',
      propertyNames: frameworkId,
      additionalProperties: { type: 'array', items: link, minItems: 1 },
    },
  },
} as const;
