import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type JsonObject, severities, strengths, subjectKinds, testabilities } from '../model/index.ts';
import { bundleFormat } from './layout.ts';

type Members = Readonly<Record<string, JsonObject>>;

/** Members in `optional` may be absent. Others than those named are let through: they are sealed like the rest. */
const record = (required: Members, optional: Members = {}): JsonObject => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const list = (items: JsonObject): JsonObject => ({ type: 'array', items });
const map = (values: JsonObject): JsonObject => ({ type: 'object', additionalProperties: values });
const matching = (pattern: string): JsonObject => ({ type: 'string', pattern });
const oneOf = (...values: readonly string[]): JsonObject => ({ enum: values });

const text: JsonObject = { type: 'string' };
const bool: JsonObject = { type: 'boolean' };
const count: JsonObject = { type: 'integer', minimum: 0 };
const integer: JsonObject = { type: 'integer' };
const anything: JsonObject = {};
const format: JsonObject = { const: bundleFormat };
const digest = matching('^[0-9a-f]{64}$');
const instant = matching('^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$');
const severity = oneOf(...severities);
const kind = oneOf(...subjectKinds);
const strength = oneOf(...strengths);

const audit = record(
  { framework: text, boundaryTags: list(text) },
  { role: text, period: record({ from: text, to: text }) },
);

const subject = record(
  {
    id: text,
    targetId: text,
    kind,
    locator: text,
    host: text,
    port: count,
    tags: list(text),
    optional: bool,
  },
  { address: text, owner: text },
);

const target = record(
  {
    id: text,
    named: bool,
    kind,
    locator: text,
    host: text,
    port: count,
    addresses: list(text),
    tags: list(text),
    optional: bool,
  },
  { owner: text, caFile: text, postgres: record({ tls: text, tlsGiven: bool }) },
);

const run = record(
  {
    format,
    id: matching('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'),
    tool: record({ name: { const: 'assay' }, version: text, semantics: count }),
    startedAt: instant,
    endedAt: instant,
    judgedAt: instant,
    utcOffsetMinutes: integer,
    vantage: text,
    operator: record({ user: text, host: text, root: bool }),
    series: { const: null },
    draft: { const: true },
    failOn: oneOf(...severities, 'none'),
    selection: record({ frameworks: list(text), controls: list(text), tags: list(text), severity }),
    controlSetSha256: digest,
  },
  { interrupted: oneOf('SIGINT', 'SIGTERM', 'max-duration') },
);

const scope = record(
  {
    format,
    inventory: oneOf('command-line', 'configuration'),
    audits: list(audit),
    targets: list(target),
    subjects: list(subject),
    outOfScope: list(record({ what: text, why: text })),
  },
  { organisation: text, system: text, environment: text, configurationSha256: digest },
);

const overrides = record({
  format,
  overrides: list(
    record({
      origin: oneOf('profile', 'system', 'tag', 'target'),
      of: text,
      control: text,
      param: text,
      value: anything,
      reason: text,
    }),
  ),
});

const reasonCounts = record({
  pass: count,
  fail: count,
  unseen: count,
  error: count,
  'not-applicable': count,
});

const requirementResult = record({
  id: text,
  state: text,
  controls: count,
  passed: count,
  failed: count,
  unseen: count,
});

const assessment = record({
  format,
  run,
  scope,
  counts: reasonCounts,
  failedBySeverity: record(Object.fromEntries(severities.map((name) => [name, count]))),
  exceptions: count,
  controls: list(
    record({
      id: text,
      version: count,
      title: text,
      severity,
      sha256: digest,
      subjects: count,
      reasons: reasonCounts,
    }),
  ),
  noSubject: list(record({ controlId: text, kind: text, inAudit: bool })),
  audits: list(
    record({
      audit,
      title: text,
      assessable: count,
      states: map(count),
      requirements: list(requirementResult),
    }),
  ),
  sameSystem: list(list(text)),
  outcome: record({ exitCode: count, words: text }),
  digests: map(digest),
});

const unseenReason = { code: text, message: text, remedy: text };

const evidence = record({
  ref: matching('^EV-[0-9]{5,12}$'),
  path: text,
  sha256: digest,
  bytes: count,
  mediaType: text,
  title: text,
});

const observed = {
  fact: text,
  method: oneOf('TEST', 'EXAMINE'),
  startedAt: instant,
  endedAt: instant,
  attempts: count,
  requests: list(text),
  evidence: list(evidence),
};

const completeness = record(
  { list: text, basis: text, returned: count, missing: list(record({ what: text, why: text })) },
  { total: count },
);

const observation = {
  anyOf: [
    record({
      ...observed,
      kind: { const: 'seen' },
      value: anything,
      completeness: list(completeness),
      withheld: list(text),
    }),
    record({ ...observed, kind: { const: 'unseen' }, reason: record(unseenReason) }),
  ],
};

const subjectRecord = record(
  {
    format,
    subject,
    vantage: text,
    identity: map(text),
    connections: count,
    observations: list(observation),
  },
  { principal: record({ name: text, privileges: list(text) }) },
);

const exception = record({
  item: text,
  fingerprint: digest,
  readings: list(record({ fact: text, pointer: text, value: anything })),
});

const finding = record(
  {
    id: text,
    controlId: text,
    controlVersion: count,
    title: text,
    severity,
    subjectId: text,
    targetId: text,
    subjectKind: kind,
    reason: oneOf('pass', 'fail', 'unseen', 'error', 'not-applicable'),
    message: text,
    population: record({ items: count, exceptions: count, unseen: count, complete: bool, basis: list(text) }),
    exceptions: list(exception),
    unseen: list(record({ ...unseenReason, item: text, fact: text })),
    params: map(record({ value: anything, origin: text })),
    observations: list(record({ fact: text, at: instant })),
    evidence: list(text),
    requirements: list(record({ framework: text, id: text, strength }, { element: text })),
  },
  { owner: text },
);

const fact = record({ name: text, subject: kind, schema: record({ type: oneOf('array', 'object', 'map') }) });

const requirement = record(
  {
    id: text,
    title: text,
    parent: { type: ['string', 'null'] },
    section: text,
    kind: text,
    testability: oneOf(...testabilities),
  },
  { citation: text, evidence: text, appliesTo: list(text), frequency: text },
);

const framework = record({
  id: text,
  title: text,
  version: text,
  source: text,
  copyright: text,
  requirements: list(requirement),
});

const logEntry: JsonObject = { type: 'object' };

const schemas = {
  run,
  scope,
  overrides,
  assessment,
  subjectRecord,
  finding,
  fact,
  framework,
  logEntry,
} as const;

export type ShapeName = keyof typeof schemas;

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const compiled = new Map<ShapeName, ValidateFunction>();

/** What is wrong with the form of a JSON file, as "<JSON pointer> <what>"; undefined where it is right. */
export function misshape(name: ShapeName, value: unknown): string | undefined {
  const validate = compiled.get(name) ?? ajv.compile(schemas[name]);
  compiled.set(name, validate);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath} ${error?.message}`;
}
