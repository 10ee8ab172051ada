import type { Admissions } from './facts/admissions.ts';
import type { Hba } from './facts/hba.ts';
import { type Verdicts, verdictsOf } from './hba-decisions.ts';
import { domainOf, existing, namesWith, type Ruling } from './hba-domain.ts';
import { namesOf, takesDatabase, takesUser, type Where, type Who } from './hba-names.ts';
import {
  admits,
  channels,
  type HbaRule,
  keysOf,
  prefixOf,
  takesAnyAddress,
  togetherAnyAddress,
} from './hba-rule.ts';

type Rule = Hba['rules'][number];

/** What one rule is found to do, over all verdicts. */
interface Use {
  any: boolean;
  remote: boolean;
  remoteUnencrypted: boolean;
  decides: boolean;
  anyAddress: boolean;
  readonly hiders: Set<number>;
}

export function hbaOf(ruling: Ruling): Hba {
  const { rules } = ruling;
  const keys = keysOf(rules);
  const uses = usesOf(ruling);
  return {
    rules: rules.map((rule, index) => {
      const use = uses[index] as Use;
      const prefixLength = prefixOf(rule);
      const clientCertificate = rule.options.find((one) => one.startsWith('clientcert='))?.slice(11);
      return {
        rule: keys[index] ?? '',
        type: rule.type,
        databases: rule.databases,
        users: rule.users,
        ...(rule.address === undefined ? {} : { address: rule.address }),
        ...(prefixLength === undefined ? {} : { prefixLength }),
        anyAddress: use.anyAddress,
        method: rule.method,
        ...(clientCertificate === undefined ? {} : { clientCertificate }),
        errored: rule.errored,
        admits: admits(rule) && use.any,
        remote: use.remote,
        remoteUnencrypted: use.remoteUnencrypted,
        decides: use.decides,
        ...(use.decides || rule.errored ? {} : { idle: idlenessOf(rule, use, ruling) }),
        hiddenBy: use.decides ? [] : inOrder(use.hiders).map((hider) => keys[hider] ?? ''),
        file: rule.file,
        line: rule.line,
      };
    }),
  };
}

function usesOf(ruling: Ruling): readonly Use[] {
  const { rules, patterns } = ruling;
  const uses = rules.map(
    (rule): Use => ({
      ...{ any: false, remote: false, remoteUnencrypted: false, decides: false },
      ...{ anyAddress: takesAnyAddress(rule), hiders: new Set() },
    }),
  );
  const seen = new Set<Verdicts['outcomes']>();
  for (const verdicts of verdictsOf(rules, patterns, domainOf(ruling))) {
    note(verdicts, uses);
    if (!seen.has(verdicts.outcomes)) noteTogether(verdicts.outcomes, rules, uses);
    seen.add(verdicts.outcomes);
  }
  return uses;
}

/** Rules that let the same in over the same channel, and leave out no address between them. */
function noteTogether(outcomes: Verdicts['outcomes'], rules: readonly HbaRule[], uses: readonly Use[]): void {
  for (const channel of channels) {
    const deciding = new Set(
      outcomes
        .filter((one) => one.channel === channel && one.place === 'elsewhere')
        .flatMap((one) => one.rules.map((index) => rules[index] as HbaRule)),
    );
    for (const rule of togetherAnyAddress([...deciding].filter(admits)))
      (uses[rules.indexOf(rule)] as Use).anyAddress = true;
  }
}

function note({ whos, wheres, outcomes, hiders }: Verdicts, uses: readonly Use[]): void {
  const exist = whos.some(isOrMayBe) && wheres.some(isOrMayBe);
  for (const { rules, place, channel } of outcomes)
    for (const index of rules) {
      const use = uses[index] as Use;
      use.any = true;
      use.decides ||= exist;
      use.remote ||= place === 'elsewhere';
      use.remoteUnencrypted ||= place === 'elsewhere' && channel === 'plaintext';
    }
  if (!exist) return;
  for (const [index, by] of hiders) for (const hider of by) uses[index]?.hiders.add(hider);
}

/** There is one, or it is what the keyword `all` is for beside those that there are: any that comes to be. */
const isOrMayBe = ({ exists, token }: Who | Where): boolean => exists || token === 'all';

function idlenessOf(rule: HbaRule, { hiders }: Use, ruling: Ruling): Rule['idle'] & string {
  if (rule.inert) return 'no-channel';
  if (hiders.size > 0) return 'hidden';
  const { patterns } = ruling;
  const { whos, wheres } = existing(domainOf(ruling));
  const names = namesOf(rule, patterns);
  const named = whos.filter((who) => takesUser(names, who, patterns) !== 'no');
  if (named.length === 0) return 'no-role';
  const asked = named.some((who) =>
    wheres.some((where) => takesDatabase(names, where, who, patterns) !== 'no'),
  );
  return asked ? 'no-channel' : 'no-database';
}

const inOrder = (indices: ReadonlySet<number>): readonly number[] => [...indices].sort((a, b) => a - b);

/** The rules that let one role in from elsewhere. */
interface Entry {
  readonly rules: Set<number>;
  unencrypted: boolean;
}

export function admissionsOf(ruling: Ruling): Admissions {
  const { rules, patterns } = ruling;
  const keys = keysOf(rules);
  const domain = domainOf(ruling);
  const whos = domain.whos.filter(({ exists }) => exists);
  const entries = new Map(whos.map((who): [Who, Entry] => [who, { rules: new Set(), unencrypted: false }]));
  for (const verdicts of verdictsOf(rules, patterns, { ...domain, whos }))
    for (const who of verdicts.whos) enter(entries.get(who) as Entry, verdicts, rules);
  const superusers = namesWith(ruling, 'superuser');
  return [...entries].map(([{ name = '' }, entry]) => ({
    role: name,
    superuser: superusers.has(name),
    remote: entry.rules.size > 0,
    remoteUnencrypted: entry.unencrypted,
    rules: inOrder(entry.rules).map((index) => keys[index] ?? ''),
  }));
}

function enter(entry: Entry, { outcomes }: Verdicts, rules: readonly HbaRule[]): void {
  for (const { place, channel, rules: possible } of outcomes)
    if (place === 'elsewhere')
      for (const index of possible.filter((one) => admits(rules[one] as HbaRule))) {
        entry.rules.add(index);
        entry.unencrypted ||= channel === 'plaintext';
      }
}
