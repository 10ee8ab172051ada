import type { FactDefinition, FactSchema, SubjectKind } from '../model/index.ts';
import { type Starter, starterOf } from './starter.ts';

/** What a new control is made of. */
export interface ScaffoldInput {
  readonly id: string;
  readonly subject: SubjectKind;
  /** Of that kind of subject. */
  readonly facts: readonly FactDefinition[];
  /** Where editors find the schemas, as seen from each file. */
  readonly controlSchema: string;
  readonly casesSchema: string;
}

/** The texts of a control and its cases that can be read, linted and run as they stand; undefined without facts. */
export function scaffold(
  input: ScaffoldInput,
): { readonly control: string; readonly cases: string } | undefined {
  const starter = starterOf(input.facts);
  return starter && { control: controlText(input, starter), cases: casesText(input, starter) };
}

function controlText({ id, subject, facts, controlSchema }: ScaffoldInput, { expect }: Starter): string {
  return `# yaml-language-server: $schema=${controlSchema}
#
# ${id}: replace every sentence below, then run \`assay controls lint\` and \`assay controls test\` on the folder.

id: ${id}                # stable for years, never reused
version: 1               # raised when the same observations could be judged differently
title: "${id}: say in one line what holds when it passes"
severity: medium         # low, medium, high, critical
subject: ${subject}

# Values that a configuration may change; expect reads them as params.<name>.
# params:
#   maximumDays: { type: int, default: 398, minimum: 1, stricter: lower, description: Days that … }

# What must hold. Assert over what must hold, look it up in what was seen. A conjunction (&&) of clauses, each
#   X.all(v, P)   !X.exists(v, P)   X.exists(v, P)   or a bool
expect: >-
  ${expect}

# What an empty population means: unseen (default), or not-applicable where emptiness proves that there is nothing.
# empty: not-applicable

message: say what is wrong when it fails
remediation:
  any: say how to put it right; or by product, as nginx and postgresql
references: []           # as RFC 8996, NIST SP 800-52r2 §3.1

proves: >-
  ${id}: say what was measured when this passes, when and from where.
does-not-prove: >-
  ${id}: say what a reader could wrongly take it for.

# The requirements that it is evidence for; \`assay frameworks show <framework>\` lists them. full needs a rationale,
# partial the element that it decides, supporting is evidence that a person weighs.
satisfies: {}
#   pci-dss-4.0.1:
#     - { id: 4.2.1, strength: supporting }

# What expect can read of a ${subject} (docs/facts.md says what each means), and observed.<fact>, the time of the look:
${facts.flatMap(({ name, schema }) => fieldsOf(name, schema)).join('\n')}
`;
}

function casesText({ id, casesSchema }: ScaffoldInput, starter: Starter): string {
  const { fact, holds, breaks, item } = starter;
  return `# yaml-language-server: $schema=${casesSchema}
#
# Situations that ${id} is judged in, and the verdict of each. \`assay controls test --mutate\` also
# changes everything that the control reads in them: add cases until each field that it reads moves a verdict.

satisfied:
  - name: say what the situation is
    facts:
      ${fact}: ${JSON.stringify(holds)}

not-satisfied:
  - name: say what is wrong here
    facts:
      ${fact}: ${JSON.stringify(breaks)}
    exceptions: [${JSON.stringify(item)}]     # the items that must be reported, exactly

unseen:
  - name: it could not be seen
    facts:
      ${fact}: unseen
`;
}

/** One comment line for each field that can be read. */
function fieldsOf(path: string, schema: FactSchema): readonly string[] {
  switch (schema.type) {
    case 'array':
      return fieldsOf(`${path}[]`, schema.items);
    case 'map':
      return [`#   ${path}["…"]: ${typeOf(schema.values)}, by ${schema.keys.join(', ')}`];
    case 'object':
      return Object.entries(schema.properties).flatMap(([key, child]) => fieldsOf(`${path}.${key}`, child));
    default: {
      const presence = schema.presence === 'optional' ? ', optional: ask with has()' : '';
      return [`#   ${path}: ${typeOf(schema)}${presence}`];
    }
  }
}

function typeOf(schema: FactSchema): string {
  if (schema.type === 'integer') return 'int';
  if (schema.type === 'boolean') return 'bool';
  if (schema.type !== 'string') return schema.type;
  if (schema.format !== undefined) return 'timestamp';
  return schema.enum === undefined ? 'string' : schema.enum.map((value) => `"${value}"`).join(' or ');
}
