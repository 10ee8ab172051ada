/**
 * An identifier in double quotes, as SQL text (PostgreSQL, "Lexical Structure").
 *
 * @throws RangeError for a NUL
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new RangeError(`expected a name, got ${JSON.stringify(name)}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string constant, whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

/** Text between dollar signs that do not stand in it. */
export function quoteBody(body: string): string {
  let tag = '$assay$';
  for (let number = 1; body.includes(tag); number++) tag = `$assay${number}$`;
  return `${tag}${body}${tag}`;
}
