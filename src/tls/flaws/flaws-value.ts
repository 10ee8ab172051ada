import { type Flaws, flawNames } from '../facts/flaws.ts';
import type { FlawVerdicts } from './probe-flaws.ts';

/** The fact `tls.flaws`: what got a definite answer. */
export function flawsValue(verdicts: FlawVerdicts): Flaws {
  const definite = flawNames.flatMap((name) => {
    const { kind } = verdicts[name];
    return kind === 'unknown' ? [] : [[name, kind] as const];
  });
  return Object.fromEntries(definite);
}
