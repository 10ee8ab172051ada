import type { Framework } from '../model/index.ts';
import { counted } from './words.ts';

/**
 * `61 criteria + 325 points of focus`: what the requirements of a framework are, where points of focus, which nobody
 * has to meet one by one, are most of them. Undefined for any other framework, and where that is not all of the total.
 */
export function denominatorWords(framework: Framework | undefined, assessable: number): string | undefined {
  const all = (framework?.requirements ?? []).filter(({ testability }) => testability !== 'rollup');
  const points = all.filter(({ kind }) => kind === 'point-of-focus').length;
  const criteria = all.filter(({ kind }) => kind === 'criterion').length;
  if (points === 0 || points + criteria !== assessable) return undefined;
  return `${counted(criteria, 'criterion', 'criteria')} + ${counted(points, 'point of focus', 'points of focus')}`;
}
