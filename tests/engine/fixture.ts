import type {
  Completeness,
  Control,
  FactDefinition,
  Json,
  Observation,
  Subject,
  SubjectRecord,
} from '../../src/model/index.ts';

export const facts: readonly FactDefinition[] = [
  {
    name: 'tls.versions',
    subject: 'tls-endpoint',
    schema: {
      type: 'map',
      description: 'answer per version',
      keys: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
      values: { type: 'string', enum: ['accepted', 'refused'], description: 'answer' },
    },
  },
  {
    name: 'tls.chain',
    subject: 'tls-endpoint',
    schema: {
      type: 'object',
      description: 'what was sent',
      properties: {
        host: { type: 'string', description: 'name' },
        certificates: {
          type: 'array',
          description: 'each certificate',
          itemKey: ['subject'],
          items: {
            type: 'object',
            description: 'one certificate',
            properties: {
              subject: { type: 'string', description: 'name' },
              bits: { type: 'integer', description: 'key size', presence: 'if-seen' },
              notAfter: { type: 'string', format: 'date-time', description: 'end' },
              curve: { type: 'string', description: 'curve', presence: 'optional' },
              names: {
                type: 'array',
                description: 'names',
                items: { type: 'string', description: 'name' },
              },
            },
          },
        },
      },
    },
  },
];

export function control(expect: string, more: Partial<Control> = {}): Control {
  return {
    id: 'tls.test.control',
    version: 1,
    aliases: [],
    title: 'A control',
    severity: 'high',
    subject: 'tls-endpoint',
    params: {},
    expect,
    empty: 'unseen',
    message: 'it does not hold',
    remediation: { any: 'make it hold' },
    references: [],
    proves: 'that',
    doesNotProve: 'anything else',
    satisfies: {},
    ...more,
  };
}

export const refusedParam = {
  refused: { type: 'list<string>', default: ['TLSv1.0', 'TLSv1.1'] },
} as const;

export const subject: Subject = {
  id: 'web',
  targetId: 'web',
  kind: 'tls-endpoint',
  locator: 'tls://web.example:443',
  host: 'web.example',
  port: 443,
  address: '192.0.2.1',
  tags: ['cde'],
  optional: false,
};

export function seen(fact: string, value: Json, completeness: readonly Completeness[] = []): Observation {
  const at = '2026-11-20T00:00:00.000Z';
  return {
    kind: 'seen',
    fact,
    method: 'TEST',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
    value,
    completeness,
    withheld: [],
  };
}

export function unseen(fact: string, code = 'ERR_DENIED'): Observation {
  const at = '2026-11-20T00:00:00.000Z';
  return {
    kind: 'unseen',
    fact,
    method: 'TEST',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
    reason: { code, message: `no ${fact}`, remedy: 'allow it' },
  };
}

/** A list that was seen whole. */
export function whole(list: string, returned: number): Completeness {
  return { list, basis: 'all that was sent', returned, missing: [] };
}

export function recordOf(observations: readonly Observation[], over: Partial<Subject> = {}): SubjectRecord {
  return {
    format: 0,
    subject: { ...subject, ...over },
    vantage: 'here',
    identity: {},
    connections: 1,
    observations,
  };
}
