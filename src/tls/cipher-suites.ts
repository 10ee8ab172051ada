import { type Run, registeredSuites, unregisteredSuites } from './registries/cipher-suites.ts';
import { isVersion13Suite, type RecordVersion } from './registry.ts';

function expand(runs: readonly Run[]): [code: number, name: string][] {
  return runs.flatMap(([first, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name, index): [number, string] => [first + index, `TLS_${name}`]),
  );
}

/** Name by code point. */
export const cipherSuites: ReadonlyMap<number, string> = new Map([
  ...expand(registeredSuites),
  ...expand(unregisteredSuites),
]);

const usual = /_ECDHE_(RSA|ECDSA)_WITH_.*(GCM|CHACHA20)/;

/** Code points, those that clients of today would take first, so that a server which follows the client picks nothing odd. */
export function usualFirst(suites: readonly (readonly [code: number, name: string])[]): number[] {
  const first = suites.filter(([, name]) => usual.test(name));
  const rest = suites.filter(([, name]) => !usual.test(name));
  return [...first, ...rest].map(([code]) => code);
}

/**
 * Every suite that a version can carry, in the order in which assay offers them: the usual ones first, ChaCha20 last, as
 * some servers change their own order where a client puts ChaCha20 first.
 */
export function suitesFor(version: RecordVersion): readonly number[] {
  return version === 'TLSv1.3' ? suites13 : suitesUpTo12;
}

/** Whether a suite encrypts with ChaCha20. */
export function isChaCha20(code: number): boolean {
  return cipherSuites.get(code)?.includes('CHACHA20') ?? false;
}

/** A code point in words: `TLS_AES_128_GCM_SHA256`, or `0x1a2a` where it has no name. */
export function suiteName(code: number): string {
  return cipherSuites.get(code) ?? hexCode(code);
}

/** A code point as four hexadecimal digits: `0x1301`. */
export function hexCode(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}

const inOrder = (is13: boolean): readonly number[] => {
  const suites = usualFirst([...cipherSuites].filter(([, name]) => isVersion13Suite(name) === is13));
  return [...suites.filter((code) => !isChaCha20(code)), ...suites.filter(isChaCha20)];
};
const suites13 = inOrder(true);
const suitesUpTo12 = inOrder(false);
