import { readdirSync, readFileSync } from 'node:fs';
import type { Io } from '../src/cli/io.ts';

interface Block {
  /** What follows the fence: `sh demo`, `yaml`. */
  readonly info: string;
  readonly text: string;
}

const folders = ['docs', 'docs/decisions'];

/** Every page for people, by its path from the root. */
export const documents: readonly string[] = ['.', ...folders].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`)),
);

export function readDocument(path: string): string {
  return readFileSync(path, 'utf8');
}

const fence = /^```(.*)\n([\s\S]*?)^```$/gm;

export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(fence)].map(([, info = '', text = '']) => ({ info, text }));
}

/** The page without its blocks. */
export function proseOf(markdown: string): string {
  return markdown.replace(fence, '');
}

/** The cells of a table's rows below a heading, code marks taken off; the table ends with the first other line. */
export function tableBelow(markdown: string, heading: string): readonly (readonly string[])[] {
  const lines = markdown.split('\n');
  const headingAt = lines.indexOf(heading);
  if (headingAt < 0) throw new Error(`expected a heading "${heading}", got none`);
  const next = lines.findIndex((line, index) => index > headingAt && /^#+ /.test(line));
  const section = lines.slice(headingAt + 1, next < 0 ? undefined : next);
  const start = section.findIndex((line) => line.startsWith('|---'));
  if (start < 0) return [];
  const rows = section.slice(start + 1);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map(cellsOf);
}

function cellsOf(row: string): readonly string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));
}

const operators = /^(?:\|\|?|&&|;|[<>]{1,2}|\(|\))$/;

/** Shell words of a line: quotes and comments as a shell reads them, operators as words of their own. */
function shellWords(line: string): readonly string[] {
  const token = /'([^']*)'|"([^"]*)"|(\|\|?|&&|;|>>?|[()])|(#.*)|((?:<[a-z-]+>|[^\s'"|&;>()#])+)/g;
  return [...line.matchAll(token)].flatMap(([, single, double, operator, comment, word]) =>
    comment === undefined ? [single ?? double ?? operator ?? word ?? ''] : [],
  );
}

/** The arguments of every `assay` in a line of shell. */
export function assayCommandsIn(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const word of shellWords(line)) {
    if (operators.test(word)) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.flatMap((words) => {
    const [first, ...rest] = words.filter((word, index) => !isPrefix(word, words.slice(0, index)));
    return first === 'assay' ? [rest] : [];
  });
}

/** `NAME=value` and `npx` may stand before a command. */
function isPrefix(word: string, before: readonly string[]): boolean {
  return /^(?:[A-Z_]+=.*|npx)$/.test(word) && before.every((earlier) => isPrefix(earlier, []));
}

/** A process in a folder, whose output is heard and which nothing ends. */
export function ioIn(cwd: string, heard: (text: string) => void): Io {
  const output = { isTTY: false, columns: 80, write: (text: string | Uint8Array) => heard(String(text)) };
  return {
    stdout: output,
    stderr: output,
    stdin: async function* () {},
    env: process.env,
    cwd,
    home: cwd,
    clock: () => new Date(),
    settle: async () => undefined,
    leave: () => {},
  };
}
