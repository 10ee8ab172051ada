import { printable, refusal } from '../bundle/refusal.ts';
import { AssayError } from '../model/index.ts';

/**
 * Does what depends on nothing but a bundle: whatever goes wrong is the bundle's fault, foreseen or not.
 *
 * @param expected "controls that can be judged by"
 * @throws AssayError ERR_VERIFY_…
 */
export function orRefused<T>(expected: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AssayError && error.code.startsWith('ERR_VERIFY_')) throw error;
    const got = error instanceof Error ? error.message : String(error);
    throw refusal('FORMAT', `expected ${expected}, got: ${printable(got)}`, error);
  }
}
