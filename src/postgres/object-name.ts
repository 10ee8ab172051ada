const plain = /^[a-z_][a-z0-9_]*$/;

/**
 * One name for a thing and where it lies: `clinic.public.patients`. A part that is more than lower-case letters, digits
 * and underscores stands in double quotes, as PostgreSQL writes it, so that two things never have one name.
 */
export const objectName = (...parts: readonly string[]): string =>
  parts.map((part) => (plain.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
