import { idOfFileName } from './names.ts';

/** The bundle's format; readers refuse what they do not know. */
export const bundleFormat = 0;

export const paths = {
  bagit: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  instructions: 'VERIFY.txt',
  statement: 'signatures/statement.dsse.json',
  signer: 'signatures/signer.pub.pem',
  run: 'data/run.json',
  scope: 'data/scope/scope.json',
  overrides: 'data/params.json',
  previous: 'data/previous.json',
  assessment: 'data/assessment.json',
  findings: 'data/findings.ndjson',
  log: 'data/log/run.jsonl',
  controls: 'data/controls',
} as const;

/** Files beside the payload that `tagmanifest-sha256.txt` lists, in its order. */
export const tagFiles = [paths.instructions, paths.bagInfo, paths.bagit, paths.manifest] as const;

const fixedPayload: ReadonlySet<string> = new Set([
  paths.run,
  paths.scope,
  paths.overrides,
  paths.previous,
  paths.assessment,
  paths.findings,
  paths.log,
]);

/** What evidence is called by its number, counted from 1 over the whole bundle: `EV-00001`. */
export const evidenceRef = (number: number): string => `EV-${String(number).padStart(5, '0')}`;

export const observationPath = (name: string): string => `data/observations/${name}.json`;
export const evidencePath = (name: string, ref: string, extension: string): string =>
  `data/evidence/${name}/${ref}.${extension}`;
export const controlPath = (name: string): string => `data/controls/${name}.yaml`;
export const factPath = (name: string): string => `data/schemas/${name}.json`;
export const frameworkPath = (name: string): string => `data/frameworks/${name}.json`;

const named = {
  observations: /^data\/observations\/([^/]+)\.json$/,
  evidence: /^data\/evidence\/([^/]+)\/EV-[0-9]{5,12}\.[a-z0-9]{1,8}$/,
  controls: /^data\/controls\/([^/]+)\.yaml$/,
  facts: /^data\/schemas\/([^/]+)\.json$/,
  frameworks: /^data\/frameworks\/([^/]+)\.json$/,
} as const;

/** Sorts of files that are named by an id. */
export type NamedPath = keyof typeof named;

/** The id in a payload path of the given sort; undefined for any other path. */
export function idIn(sort: NamedPath, path: string): string | undefined {
  const name = named[sort].exec(path)?.[1];
  return name === undefined ? undefined : idOfFileName(name);
}

/** True for every path that a payload may have: there is no other, so nothing can climb out or hide. */
export function isPayloadPath(path: string): boolean {
  if (fixedPayload.has(path)) return true;
  return (Object.keys(named) as NamedPath[]).some((sort) => idIn(sort, path) !== undefined);
}

/** Where records wait until all are there; never in a sealed bundle. */
export const spoolFolder = 'spool';

/** Every folder on the way to these files, parents first. */
export function foldersOf(files: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files)
    for (let end = file.indexOf('/'); end >= 0; end = file.indexOf('/', end + 1))
      folders.add(file.slice(0, end));
  return folders;
}
