import type { Assessment, Audit } from '../model/index.ts';
import { shown } from './visible.ts';
import { counted, grouped } from './words.ts';

const nameLimit = 120;

/** `1 target declared`; `2 targets declared, 1 selected (--tag cde)`: what was left out is declared all the same. */
export function targetsWords(assessment: Assessment): string {
  const { targets, leftOut = [] } = assessment.scope;
  const declared = `${counted(targets.length + leftOut.length, 'target')} declared`;
  if (leftOut.length === 0) return declared;
  return `${declared}, ${grouped(targets.length)} selected (${selectedBy(assessment)})`;
}

/** Which declared targets were not selected; undefined where all were. */
export function leftOutWords(assessment: Assessment, limit: number): string | undefined {
  const { targets, leftOut = [] } = assessment.scope;
  if (leftOut.length === 0) return undefined;
  const of = `${grouped(leftOut.length)} of ${grouped(targets.length + leftOut.length)} declared targets`;
  const names = leftOut.slice(0, limit).map(({ id, locator }) => shown(`${id} (${locator})`, nameLimit));
  const more = leftOut.length - names.length;
  const others = more === 0 ? '' : ` and ${grouped(more)} more`;
  return `${of} ${leftOut.length === 1 ? 'was' : 'were'} not selected (${selectedBy(assessment)}), so not looked at: ${names.join(', ')}${others}.`;
}

/**
 * Where only the first address of a name was looked at, which it was and which were not; undefined where every address
 * was. A target that wants its first address and has one alone was looked at whole.
 */
export function firstAddressWords({ scope }: Assessment, limit: number): string | undefined {
  const partly = scope.subjects.filter(({ otherAddresses = [] }) => otherAddresses.length > 0);
  if (partly.length === 0) return undefined;
  const each = partly.slice(0, limit).map(({ locator, address, otherAddresses = [] }) => {
    const others = otherAddresses.slice(0, limit).join(', ');
    const further =
      otherAddresses.length > limit ? ` and ${grouped(otherAddresses.length - limit)} more` : '';
    return shown(`${locator} at ${address ?? 'no address'}, not at ${others}${further}`, 2 * nameLimit);
  });
  const more = partly.length === each.length ? '' : `; and ${grouped(partly.length - each.length)} more`;
  return `Only the first address of the name was looked at (addresses: first): ${each.join('; ')}${more}.`;
}

/** Where connections went through a proxy, which one. */
export function proxyWords({ scope }: Assessment, limit: number): string | undefined {
  const through = scope.targets.filter(({ proxy }) => proxy !== undefined);
  const proxies = [...new Set(through.map(({ proxy }) => proxyName(proxy)))];
  if (proxies.length === 0) return undefined;
  const more = proxies.length > limit ? ` and ${grouped(proxies.length - limit)} more` : '';
  return `${counted(through.length, 'target')} looked at through ${proxies.slice(0, limit).join(', ')}${more}.`;
}

function proxyName(proxy: Assessment['scope']['targets'][number]['proxy']): string {
  if (proxy === undefined) return '';
  const { scheme, host, port } = proxy;
  return shown(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`, nameLimit);
}

/** The option that left targets out: `--tag cde`. */
export function selectedBy({ run }: Assessment): string {
  return shown(run.selection.tags.map((tag) => `--tag ${tag}`).join(' ') || 'by the command line', nameLimit);
}

/** An audit's boundary, with how much of it the scan was not asked to look at. */
export function boundaryWords({ boundaryTags }: Audit, { scope }: Assessment): string {
  const inside = (tags: readonly string[]): boolean =>
    boundaryTags.length === 0 || boundaryTags.some((tag) => tags.includes(tag));
  const leftOut = (scope.leftOut ?? []).filter(({ tags }) => inside(tags)).length;
  const boundary = boundaryTags.length === 0 ? 'every target' : `targets tagged ${boundaryTags.join(', ')}`;
  return `boundary: ${boundary}${leftOut === 0 ? '' : `, ${grouped(leftOut)} of them not selected`}`;
}

/** `30 tests selected: 11 judged, 19 without a system`: what had no system judged nothing. */
export function testsWords({ controls }: Assessment): string {
  const judged = controls.filter(({ subjects }) => subjects > 0).length;
  const selected = `${counted(controls.length, 'test')} selected`;
  return `${selected}: ${grouped(judged)} judged, ${grouped(controls.length - judged)} without a system`;
}

/** What a test without a system lacks: of the organisation it is the register that it compares. */
export function lackingWords(kind: string): string {
  return kind === 'organisation' ? 'no register declared' : `no ${kind}`;
}
