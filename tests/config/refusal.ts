import { expect } from 'vitest';
import { AssayError } from '../../src/model/index.ts';

/** The code and message of the `AssayError` that `work` throws. */
export function refusalOf(work: () => unknown): { readonly code: string; readonly message: string } {
  const { code, message } = refused(work);
  return { code, message };
}

/** What it says that should be done. */
export function remedyOf(work: () => unknown): string {
  return refused(work).remedy ?? '';
}

function refused(work: () => unknown): AssayError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).remedy, 'every refusal says what to do').toBeTruthy();
    return error as AssayError;
  }
  throw new Error('nothing was refused');
}
