import { severities } from '../../model/index.ts';
import { tag, text } from './common.ts';

const days = {
  type: 'integer',
  minimum: 1,
  maximum: 3650,
  title: 'a number of days from 1 to 3650',
} as const;

/** Who answers for what is found, and by when: keys of `assay.yaml`. */
export const followUpSchema = {
  owners: {
    type: 'object',
    propertyNames: tag,
    additionalProperties: text,
    description: 'Who answers for findings on targets with a tag; an owner of the target goes before.',
  },
  'due-days': {
    type: 'object',
    additionalProperties: false,
    description: 'Days to mend an exception, by severity; default 7, 30, 90 and 180.',
    properties: Object.fromEntries([...severities].reverse().map((severity) => [severity, days])),
  },
} as const;
