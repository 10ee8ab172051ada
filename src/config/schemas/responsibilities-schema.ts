import { controlId, date, frameworkId, text } from './common.ts';

const documentProperties = {
  name: { ...text, description: 'As reports call it.' },
  file: {
    ...text,
    description: 'Relative to this file; read for its digest, never put into a bundle.',
  },
  date: { ...date, description: 'From this day on it is in force.' },
  expires: { ...date, description: 'Through this day it is in force.' },
} as const;

const document = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'file', 'date'],
  properties: documentProperties,
} as const;

const requirement = { ...text, title: 'the id of a requirement (a text: quote 9.10)' } as const;

export const thirdParty = {
  type: 'array',
  description: 'Requirements that somebody else meets, by their report.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['party', 'framework', 'requirements', 'document'],
    properties: {
      party: { ...text, description: 'Who it is.' },
      framework: frameworkId,
      requirements: {
        type: 'array',
        items: requirement,
        minItems: 1,
        title: 'a list of ids of requirements',
        description: 'Each by its id: the report splits the responsibility by requirement.',
      },
      document: { ...document, required: ['name', 'file', 'date', 'expires'] },
      remaining: {
        type: 'array',
        items: controlId,
        uniqueItems: true,
        title: 'a list of ids of controls',
        description: 'Controls that remain on your side; they must have been tested without exceptions.',
      },
    },
  },
} as const;

export const alternatives = {
  type: 'array',
  description: 'HIPAA: addressable specifications that are met in another way (45 CFR 164.306(d)(3)).',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['framework', 'requirement', 'reason', 'approved-by', 'document'],
    properties: {
      framework: frameworkId,
      requirement,
      reason: { ...text, description: 'Why it is not reasonable and appropriate, and what is done instead.' },
      'approved-by': text,
      document,
    },
  },
} as const;
