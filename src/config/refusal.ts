import { AssayError } from '../model/index.ts';

/** Makes the error of a mistake in a file: `file:line:column expected …, got …`, and what to do about it. */
export type Refusal = (place: string, sentence: string, remedy: string) => AssayError;

/** @param code of every error that it makes: `ERR_CONTROL` */
export function refusalOf(code: string): Refusal {
  return (place, sentence, remedy) => new AssayError(code, `${place} ${sentence}`, { remedy });
}
