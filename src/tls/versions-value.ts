import type { Versions } from './facts/versions.ts';
import type { Answers } from './prober.ts';

/** The fact `tls.versions`: what got a definite answer. */
export function versionsValue(answers: Answers): Versions {
  const definite = [...answers].flatMap(([version, { kind }]) =>
    kind === 'none' ? [] : [[version, kind] as const],
  );
  return Object.fromEntries(definite);
}
