import {
  directions,
  paramTypes,
  probeGroups,
  severities,
  strengths,
  subjectKinds,
} from '../../model/index.ts';
import { controlId, dialect, elementId, frameworkId, paramName, text, texts } from './common.ts';

const param = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'default'],
  properties: {
    type: { type: 'string', enum: paramTypes },
    default: { description: 'Of that type, within the bounds.' },
    description: text,
    minimum: { type: 'integer', description: 'Of an int: the least value that a configuration may give.' },
    maximum: { type: 'integer', description: 'Of an int: the greatest value that a configuration may give.' },
    allowed: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      title: 'a list of values',
      description: 'What a string, or each member of a list, may be.',
    },
    stricter: {
      title: 'one of lower, higher, fewer, more, or a list of values from the loosest on',
      description:
        'Which way is stricter: lower or higher for an int, fewer or more members for a list, or the values from the loosest to the strictest. Without it every change counts as looser.',
      anyOf: [
        { type: 'string', enum: directions },
        { type: 'array', minItems: 2, uniqueItems: true },
      ],
    },
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
    element: { ...elementId, description: 'The element that a partial link decides.' },
    rationale: { ...text, description: 'Why a full link decides all of it.' },
    proves: { ...text, description: 'Where it is not what the control proves elsewhere.' },
    'does-not-prove': { ...text, description: 'Where it is not what the control says elsewhere.' },
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
    owner: {
      ...text,
      description: 'Who answers for its findings where neither target nor tag has an owner.',
    },
    subject: { type: 'string', enum: subjectKinds },
    probe: {
      type: 'string',
      enum: probeGroups,
      description:
        'Selected only where a scan asks for the group (--probe) or for the control by its id. flaws: its probes send what no honest client sends. exhaustive: more connections than an ordinary scan needs. revocation: the authority of a certificate is asked about it. challenges: log-ins are begun, without a credential, to see what is asked for. sampling: rows of declared columns and tables are read in the database server, which tells counts alone. attempts: log-ins are tried with declared default passwords.',
    },
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
    nothing: {
      ...text,
      description: 'What is said where `empty: not-applicable` and the population is empty.',
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
