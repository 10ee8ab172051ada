import { expect } from 'vitest';
import { AssayError } from '../../src/model/index.ts';

/** The code and message of the `AssayError` that `work` throws. */
export function refusalOf(work: () => unknown): { readonly code: string; readonly message: string } {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
    const { code, message, remedy } = error as AssayError;
    expect(remedy, 'every refusal says what to do').toBeTruthy();
    return { code, message };
  }
  throw new Error('nothing was refused');
}
