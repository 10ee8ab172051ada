import { defaultDueDays } from '../engine/due.ts';
import type { Scope, Severity } from '../model/index.ts';
import type { AssayFile } from './assay-file.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';

/** Keys of `assay.yaml` about who answers for what is found, and by when. */
export interface RawFollowUp {
  readonly owners?: Readonly<Record<string, string>>;
  readonly 'due-days'?: Readonly<Partial<Record<Severity, number>>>;
}

/** What a scan records of it. */
export type FollowUpConfig = Required<Pick<Scope, 'owners' | 'dueDays'>>;

export function followUpOf({ owners = {}, 'due-days': dueDays = {} }: RawFollowUp): FollowUpConfig {
  return {
    owners: Object.entries(owners).map(([tag, owner]) => ({ tag, owner })),
    dueDays: { ...defaultDueDays, ...dueDays },
  };
}

const refusal = refusalOf('ERR_CONFIG');

/** @throws AssayError ERR_CONFIG for an owner of nothing, `file:line:column expected …, got …` */
export function checkOwners({ config, keyAt }: AssayFile): void {
  const tags = config.targets.flatMap((target) => target.tags);
  const unused = config.owners.find(({ tag }) => !tags.includes(tag));
  if (unused === undefined) return;
  throw refusal(
    keyAt(['owners', unused.tag]),
    `expected a tag that a target carries, got "${unused.tag}"${didYouMean(unused.tag, tags)}`,
    'an owner of nothing is a slip',
  );
}
