import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { type RequirementLink, type Severity, type Strength, severities } from '../src/model/index.ts';

/** A planned check that is to be built, or is built already. */
export interface Kept {
  readonly decision: 'accepted' | 'corrected';
  readonly id: string;
  readonly reason: string;
  /** The folder in `src/` that will collect what it needs; `done`: the control is there. */
  readonly built: string;
  readonly subject: string;
  readonly facts: readonly string[];
  readonly severity: Severity;
  /** Could be felt by what is looked at: only by opt-in. */
  readonly active: boolean;
  readonly satisfies: Readonly<Record<string, readonly RequirementLink[]>>;
}

type Entry =
  | Kept
  | { readonly decision: 'merged'; readonly id: string; readonly reason: string; readonly into: string }
  | { readonly decision: 'dropped'; readonly id: string; readonly reason: string };

export interface Domain {
  readonly name: string;
  readonly entries: readonly Entry[];
}

const id = { type: 'string', pattern: '^[a-z0-9]+(\\.[a-z0-9-]+){1,3}$' };
const reason = { type: 'string', minLength: 20, maxLength: 300 };
const kebab = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' };

const element = kebab;
const rationale = { type: 'string', minLength: 20 };

function linkOf(strength: Strength, required: object, optional: object): object {
  const must = { id: { type: 'string' }, strength: { const: strength }, ...required };
  return closed(must, optional);
}

function closed(required: object, optional: object = {}): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
}

const link = {
  type: 'object',
  required: ['strength'],
  discriminator: { propertyName: 'strength' },
  oneOf: [
    linkOf('full', { rationale }, { element }),
    linkOf('partial', { element }, { rationale }),
    linkOf('supporting', {}, { rationale }),
  ],
};

const kept = closed({
  id,
  decision: { enum: ['accepted', 'corrected'] },
  reason,
  built: kebab,
  subject: kebab,
  facts: {
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    items: { type: 'string', pattern: '^[a-z0-9]+\\.[a-z][A-Za-z]*$' },
  },
  severity: { enum: severities },
  active: { type: 'boolean' },
  satisfies: {
    type: 'object',
    additionalProperties: { type: 'array', minItems: 1, items: link },
  },
});

const merged = closed({ id, decision: { const: 'merged' }, reason, into: id });
const dropped = closed({ id, decision: { const: 'dropped' }, reason });

const schema = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['decision'],
    discriminator: { propertyName: 'decision' },
    oneOf: [kept, merged, dropped],
  },
};

const shape = new Ajv2020({
  allErrors: true,
  discriminator: true,
  strict: true,
  strictRequired: false,
}).compile<readonly Entry[]>(schema);

const folder = 'docs/catalogue';

/** The examined plan, one file a domain. */
export function readCatalogue(): readonly Domain[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const entries: unknown = parse(readFileSync(`${folder}/${file}`, 'utf8'));
      if (!shape(entries)) throw new Error(faults(file, entries));
      return { name: file.replace(/\.yaml$/, ''), entries };
    });
}

/** Which entries are wrong, and how. */
function faults(file: string, entries: unknown): string {
  const told = (shape.errors ?? []).map(({ instancePath, message, params }) => {
    const [, index = ''] = instancePath.split('/');
    const entry = Array.isArray(entries) ? entries[Number(index)] : undefined;
    return `${entry?.id ?? '?'}${instancePath}: ${message} ${JSON.stringify(params)}`;
  });
  return `${folder}/${file}\n${told.join('\n')}`;
}

export function keptOf(domains: readonly Domain[]): readonly Kept[] {
  return domains.flatMap(({ entries }) => entries.filter((entry): entry is Kept => 'satisfies' in entry));
}

export function linksOf({ satisfies }: Kept): readonly (RequirementLink & { readonly framework: string })[] {
  return Object.entries(satisfies).flatMap(([framework, links]) =>
    links.map((each) => ({ framework, ...each })),
  );
}
