/** A path as one word of a POSIX shell command, quoted where it needs to be. */
export function shellWord(path: string): string {
  const safe = /^[\w./@%+=:,~-]+$/.test(path) && !path.startsWith('-');
  return safe ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
