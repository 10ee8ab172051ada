import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import {
  auditLimits,
  type JsonObject,
  probeGroups,
  requirementStates,
  severities,
  strengths,
  subjectKinds,
  testabilities,
} from '../model/index.ts';
import { factShape } from './fact-shape.ts';
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
const anything: JsonObject = {};
const format: JsonObject = { const: bundleFormat };
const digest = matching('^[0-9a-f]{64}$');
const instant: JsonObject = { type: 'string', format: 'instant' };
const severity = oneOf(...severities);
const kind = oneOf(...subjectKinds);
const probe = oneOf(...probeGroups);
const strength = oneOf(...strengths);
const state = oneOf(...requirementStates);
/** Ends up in file names and on terminals. */
const plainId = matching('^[!-~]{1,200}$');

const audit = record(
  { framework: text, boundaryTags: list(text) },
  { role: text, categories: list(text), period: record({ from: text, to: text }) },
);

const subject = record(
  {
    id: plainId,
    targetId: plainId,
    kind,
    locator: text,
    host: text,
    port: count,
    tags: list(text),
    optional: bool,
  },
  { address: text, otherAddresses: list(text), owner: text },
);

const table = record({ database: text, schema: text, table: text });
const column = record({ database: text, schema: text, table: text, column: text });

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
  {
    owner: text,
    caFile: text,
    addressChoice: { const: 'first' },
    serverName: text,
    proxy: record({ scheme: oneOf('http', 'socks5'), host: text, port: count }, { user: text }),
    postgres: record(
      { tls: text, tlsGiven: bool },
      { log: record({ windowHours: count }, { logInDays: count }) },
    ),
    data: record(
      { columns: list(column), retention: list(column), removableMedia: bool },
      {
        deidentified: list(record({ database: text, schema: text, table: text, method: text })),
        records: list(column),
        requests: list(table),
        constraints: list(column),
      },
    ),
    http: record({ paths: list(text) }, { clearPort: count }),
    dns: record(
      { selectors: list(text), names: list(text) },
      { resolver: record({ address: text, port: count }), mail: bool, issuers: list(text) },
    ),
  },
);

const run = record(
  {
    format,
    id: matching('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'),
    tool: record({ name: { const: 'assay' }, version: text, semantics: count }),
    startedAt: instant,
    endedAt: instant,
    judgedAt: instant,
    utcOffsetMinutes: { type: 'integer', minimum: -1440, maximum: 1440 },
    vantage: text,
    operator: record({ user: text, host: text, root: bool }),
    series: { const: null },
    draft: { const: true },
    failOn: oneOf(...severities, 'none'),
    selection: record(
      { frameworks: list(text), controls: list(text), tags: list(text), severity },
      { probes: list(probe) },
    ),
    controlSetSha256: digest,
  },
  { interrupted: oneOf('SIGINT', 'SIGTERM', 'max-duration') },
);

const day: JsonObject = { type: 'string', format: 'day' };
const document = record({ name: text, sha256: digest, date: day }, { expires: day });

const remainingControl = record({ id: text, passed: count, failed: count, unseen: count, closed: bool });

const thirdParty = record({
  framework: text,
  requirements: list(text),
  party: text,
  document,
  remaining: list(text),
});

const alternative = record({
  framework: text,
  requirement: text,
  reason: text,
  approvedBy: text,
  document,
});

const requirementName = record({ framework: text, id: text });

const ownControl = record({
  id: text,
  wording: text,
  owner: text,
  frequency: text,
  requirements: list(requirementName),
  controls: list(text),
});

const tailoring = record({
  profiles: list(record({ id: text, title: text, sha256: digest }, { extends: text })),
  selects: list(record({ profile: text, frameworks: list(text), controls: list(text), severity })),
  excluded: list(
    record({ control: text, title: text, reason: text, profile: text, requirements: list(requirementName) }),
  ),
});

const days: JsonObject = { type: 'integer', minimum: 0, maximum: 36_500 };

const scope = record(
  {
    format,
    inventory: oneOf('command-line', 'configuration'),
    audits: list(audit),
    targets: list(target),
    subjects: list(subject),
    outOfScope: list(record({ what: text, why: text })),
  },
  {
    leftOut: list(record({ id: text, locator: text, tags: list(text) })),
    organisation: text,
    system: text,
    environment: text,
    configurationSha256: digest,
    owners: list(record({ tag: text, owner: text })),
    dueDays: record(Object.fromEntries(severities.map((name) => [name, days]))),
    thirdParties: list(thirdParty),
    alternatives: list(alternative),
    ownControls: list(ownControl),
    tailoring,
    notAskedFor: list(record({ control: text, title: text, probe, requirements: list(requirementName) })),
  },
);

const override = {
  origin: oneOf('profile', 'system', 'tag', 'target'),
  of: text,
  control: text,
  param: text,
  value: anything,
  reason: text,
};

const overrides = record({ format, overrides: list(record(override)) });

const reasonCounts = record({
  pass: count,
  fail: count,
  unseen: count,
  error: count,
  'not-applicable': count,
});

const requirementResult = record(
  { id: text, state, controls: count, passed: count, failed: count, unseen: count },
  {
    elements: record({ decided: count, of: count }),
    undecided: list(text),
    kindsNotInScope: list(text),
    loosened: list(text),
    children: { ...map(count), propertyNames: state },
    outside: oneOf('role', 'category'),
    thirdParty: record({ party: text, document, current: bool, remaining: list(remainingControl) }),
    alternative: record({ reason: text, approvedBy: text, document, current: bool }),
  },
);

const previousBundle = record({
  fingerprint: digest,
  runId: text,
  endedAt: instant,
  signature: {
    anyOf: [
      record({ kind: { const: 'unsigned' } }),
      record({ kind: { const: 'signed' }, keyId: matching('^[A-Za-z0-9_-]{43}$') }),
    ],
  },
});

const byFingerprint = (values: JsonObject): JsonObject => ({ ...map(values), propertyNames: digest });

const history = record({
  format,
  bundles: list(previousBundle),
  exceptions: byFingerprint(
    record(
      {
        control: text,
        subject: text,
        item: text,
        severity,
        test: digest,
        firstSeen: instant,
        lastSeen: instant,
      },
      { owner: text, gone: instant },
    ),
  ),
  notTested: byFingerprint(record({ control: text, subject: text, firstSeen: instant, lastSeen: instant })),
});

const changes = record({
  since: list(previousBundle),
  new: count,
  back: count,
  still: count,
  gone: count,
  testedOtherwise: count,
  notApplicable: count,
  notTestedNow: count,
  newlyNotTested: count,
});

const assessment = record(
  {
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
      record(
        {
          audit,
          title: text,
          assessable: count,
          states: record(Object.fromEntries(requirementStates.map((name) => [name, count]))),
          requirements: list(requirementResult),
        },
        { limits: list(oneOf(...auditLimits)) },
      ),
    ),
    sameSystem: list(list(text)),
    outcome: record({ exitCode: count, words: text }),
    digests: map(digest),
  },
  { changes, looser: list(record({ ...override, default: anything, subjects: count })) },
);

const unseenReason = { code: text, message: text, remedy: text };

const evidenceRef = matching('^EV-[0-9]{5,12}$');

const evidence = record({
  ref: evidenceRef,
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

const exception = record(
  {
    item: text,
    fingerprint: digest,
    readings: list(record({ fact: text, pointer: text, value: anything })),
  },
  { firstSeen: instant, lastSeen: instant, owner: text, due: day },
);

const finding = record(
  {
    id: text,
    controlId: text,
    controlVersion: count,
    title: text,
    severity,
    subjectId: plainId,
    targetId: plainId,
    subjectKind: kind,
    reason: oneOf('pass', 'fail', 'unseen', 'error', 'not-applicable'),
    message: text,
    population: record({ items: count, exceptions: count, unseen: count, complete: bool, basis: list(text) }),
    exceptions: list(exception),
    unseen: list(record({ ...unseenReason, item: text, fact: text })),
    params: map(record({ value: anything, origin: text }, { reason: text, looser: { const: true } })),
    observations: list(record({ fact: text, at: instant })),
    evidence: list(evidenceRef),
    requirements: list(record({ framework: text, id: text, strength }, { element: text })),
  },
  { owner: text },
);

const requirement = record(
  {
    id: text,
    title: text,
    parent: { type: ['string', 'null'] },
    section: text,
    kind: text,
    testability: oneOf(...testabilities),
  },
  {
    citation: text,
    evidence: text,
    appliesTo: list(text),
    frequency: text,
    elements: list(record({ id: text, title: text, kinds: list(text) })),
    category: text,
    aggregatesChildren: bool,
  },
);

const framework = record({
  id: plainId,
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
  history,
  assessment,
  subjectRecord,
  finding,
  fact: factShape,
  framework,
  logEntry,
} as const;

export type ShapeName = keyof typeof schemas;

// The schemas are assay's own, and each is tried by the tests: checking them, and
// tidying the code that they become, takes longer than a small scan.
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  discriminator: true,
  validateSchema: false,
  code: { optimize: false },
});
ajv.addFormat('instant', isInstant);
ajv.addFormat('day', (day: string) => isInstant(`${day}T00:00:00.000Z`));
const compiled = new Map<ShapeName, ValidateFunction>();

/** What is wrong with the form of a JSON file, as "<JSON pointer> <what>"; undefined where it is right. */
export function misshape(name: ShapeName, value: unknown): string | undefined {
  const validate = compiled.get(name) ?? ajv.compile(schemas[name]);
  compiled.set(name, validate);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath} ${error?.message}`;
}

/** UTC, RFC 3339 with milliseconds, and a time that there is. */
function isInstant(text: string): boolean {
  const at = new Date(text);
  return /^\d{4}-/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString() === text;
}
