import { AssayError } from '../model/index.ts';

/** Makes the error of a mistake in a file: `file:line:column expected …, got …`, and what to do about it. */
export type Refusal = (place: string, sentence: string, remedy: string) => AssayError;

/**
 * @param code of every error that it makes: `ERR_CONTROL`
 * @param page where it is written what such a file says
 */
export function refusalOf(code: string, page?: string): Refusal {
  const see = page === undefined ? '' : ` (see ${page})`;
  return (place, sentence, remedy) =>
    new AssayError(code, `${place} ${sentence}`, { remedy: `${remedy}${see}` });
}
