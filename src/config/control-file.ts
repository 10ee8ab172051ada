import type { Control, ParamSpec, RequirementLink } from '../model/index.ts';
import { specFault } from './param-bounds.ts';
import { refusalOf } from './refusal.ts';
import { shapeCheck } from './schema-errors.ts';
import { controlSchema } from './schemas/control-schema.ts';
import { parseYaml, type YamlSource } from './yaml.ts';

interface RawControl {
  readonly id: string;
  readonly version: number;
  readonly aliases?: readonly string[];
  readonly title: string;
  readonly severity: Control['severity'];
  readonly owner?: string;
  readonly subject: Control['subject'];
  readonly probe?: NonNullable<Control['probe']>;
  readonly params?: Readonly<Record<string, ParamSpec>>;
  readonly expect: string;
  readonly empty?: Control['empty'];
  readonly nothing?: string;
  readonly 'applies-when'?: { readonly expression: string; readonly otherwise: string };
  readonly message: string;
  readonly remediation: Readonly<Record<string, string>>;
  readonly references: readonly string[];
  readonly proves: string;
  readonly 'does-not-prove': string;
  readonly satisfies: Readonly<Record<string, readonly RawLink[]>>;
}

type RawLink = Omit<RequirementLink, 'doesNotProve'> & { readonly 'does-not-prove'?: string };

/** A control, and where each part of its file stands. */
export interface ControlFile {
  readonly control: Control;
  readonly at: YamlSource['at'];
  readonly keyAt: YamlSource['keyAt'];
  /** Of a file that the build has read and whose expressions it has checked: the facts that they read. */
  readonly builtNeeds?: readonly string[];
}

const check = shapeCheck<RawControl>(controlSchema, 'ERR_CONTROL');

const refusal = refusalOf('ERR_CONTROL');

/** The file is `<segment>/<id>.yaml`, so that an id is found without reading every file. */
function checkFileName(id: string, source: YamlSource): void {
  const wanted = `${id.slice(0, id.indexOf('.'))}/${id}.yaml`;
  const path = source.file.replaceAll('\\', '/');
  if (path === wanted || path.endsWith(`/${wanted}`)) return;
  const sentence = `expected the id of the file's name and folder (${wanted}), got "${id}"`;
  throw refusal(source.at(['id']), sentence, 'correct the id, or move the file');
}

function checkParams(params: Readonly<Record<string, ParamSpec>>, source: YamlSource): void {
  for (const [name, spec] of Object.entries(params)) {
    const fault = specFault(spec);
    if (fault === undefined) continue;
    const remedy = 'correct the type, the bounds or the default';
    throw refusal(source.at(['params', name, ...fault.path]), fault.sentence, remedy);
  }
}

function checkNothing({ empty, nothing }: RawControl, source: YamlSource): void {
  if (nothing === undefined || empty === 'not-applicable') return;
  const sentence = 'expected nothing only beside empty: not-applicable';
  throw refusal(source.at(['nothing']), sentence, 'write empty: not-applicable, or leave nothing out');
}

function linkOf({ 'does-not-prove': doesNotProve, ...same }: RawLink): RequirementLink {
  return doesNotProve === undefined ? same : { ...same, doesNotProve };
}

/**
 * Reads a control file. Its expression is not compiled and its requirements are not looked up (see `checkLinks`);
 * `at(['expect'], offset)` places an error of the expression.
 *
 * @param file path ending in `<segment>/<id>.yaml`, as the user would name it.
 * @throws AssayError ERR_YAML or ERR_CONTROL: `file:line:column expected …, got …`
 */
export function parseControl(file: string, text: string): ControlFile {
  const source = parseYaml(file, text);
  const raw = check(source);
  checkFileName(raw.id, source);
  const { aliases = [], params = {}, empty = 'unseen', 'applies-when': appliesWhen } = raw;
  checkParams(params, source);
  checkNothing(raw, source);
  const {
    id,
    version,
    title,
    severity,
    owner,
    subject,
    probe,
    nothing,
    expect,
    message,
    remediation,
    references,
    proves,
    satisfies,
  } = raw;
  const control: Control = {
    ...{ id, version, aliases, title, severity, subject, params, expect, empty },
    ...(owner === undefined ? {} : { owner }),
    ...(probe === undefined ? {} : { probe }),
    ...(nothing === undefined ? {} : { nothing }),
    ...(appliesWhen === undefined ? {} : { appliesWhen }),
    ...{ message, remediation, references, proves },
    satisfies: Object.fromEntries(
      Object.entries(satisfies).map(([framework, links]) => [framework, links.map(linkOf)]),
    ),
    doesNotProve: raw['does-not-prove'],
  };
  return { control, at: source.at, keyAt: source.keyAt };
}
