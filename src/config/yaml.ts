import type { Document, LineCounter, Node, Scalar } from 'yaml';
import type { Json } from '../model/index.ts';
import { AssayError } from '../model/index.ts';
import { yamlPackage } from './packages.ts';
import { sourceOffset } from './scalar-position.ts';
import { type Refuse, syntaxSentence } from './yaml-syntax.ts';
import { readDocument } from './yaml-value.ts';

/** Keys and list indexes from the root to a value. */
export type YamlPath = readonly (string | number)[];

/** A YAML file's content, and where each part of it stands. */
export interface YamlSource {
  readonly file: string;
  readonly value: Json;
  /**
   * `file:line:column` of the value at `path` (of the nearest one above where there is none), counted from 1.
   * With `offset`, of that character of a text, through quotes, folding and indentation.
   */
  at(path: YamlPath, offset?: number): string;
  /** `file:line:column` of the key that `path` ends with; of the item itself in a list. */
  keyAt(path: YamlPath): string;
}

const maxCharacters = 1_048_576;
const maxNesting = 64;
const remedy = 'correct the file at this line and column';

function refuserOf(file: string, lines: LineCounter): Refuse {
  return (offset, sentence) =>
    new AssayError('ERR_YAML', `${positionOf(file, lines, offset)} ${sentence}`, { remedy });
}

function positionOf(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
}

const isBlankLexeme = (lexeme: string): boolean => /^[ \t\r\n#]/.test(lexeme);

/** The parser would keep a record of every empty place between commas: a megabyte of them would exhaust memory. */
function commaGuard(): (lexeme: string) => boolean {
  let before = '';
  return (lexeme) => {
    const misplaced = lexeme === ',' && (before === ',' || before === '[' || before === '{');
    if (!isBlankLexeme(lexeme)) before = lexeme;
    return misplaced;
  };
}

/** The parser recurses while it composes; depth is bounded before that, on its token stack. */
function composeOne(text: string, lines: LineCounter, refuse: Refuse): Document.Parsed {
  const { Composer, Lexer, Parser } = yamlPackage();
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({
    schema: 'core',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const documents: Document.Parsed[] = [];
  const misplaced = commaGuard();
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (misplaced(lexeme)) throw refuse(parser.offset, 'expected a value before the comma, got none');
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > maxNesting)
      throw refuse(parser.offset, `expected at most ${maxNesting} levels of nesting, got more`);
    if (documents.length > 1) break;
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  return onlyDocument(documents, refuse);
}

function onlyDocument(documents: readonly Document.Parsed[], refuse: Refuse): Document.Parsed {
  const [document, second] = documents;
  if (document === undefined) throw refuse(0, 'expected a document, got nothing');
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw refuse(problem.pos[0], syntaxSentence(problem.code));
  if (second !== undefined) throw refuse(second.range[0], 'expected one document, got a second one');
  return document;
}

type Step = { readonly key: Node | null; readonly value: Node | null };

function stepInto(node: Node | null, segment: string | number): Step | undefined {
  const { isMap, isScalar, isSeq } = yamlPackage();
  if (isMap<Node, Node | null>(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(segment));
    return pair && { key: pair.key, value: pair.value ?? pair.key };
  }
  if (!isSeq<Node>(node)) return undefined;
  const item = node.items[Number(segment)];
  return item && { key: item, value: item };
}

function isText(node: Node | null): node is Scalar<string> {
  return yamlPackage().isScalar(node) && typeof node.value === 'string';
}

/**
 * Parses one YAML 1.2 document (core schema) into JSON values.
 *
 * @param file how the user would name the file; it begins every message.
 * @throws AssayError ERR_YAML `file:line:column expected …, got …`: syntax, duplicate or non-text keys, tags, several
 * documents, aliases that are unresolved, circular or expand too far, more than 64 levels or 1 MiB.
 */
export function parseYaml(file: string, text: string): YamlSource {
  const { isAlias, LineCounter } = yamlPackage();
  const lines = new LineCounter();
  const refuse = refuserOf(file, lines);
  if (text.length > maxCharacters)
    throw refuse(0, `expected at most ${maxCharacters} characters, got ${text.length}`);
  const document = composeOne(text, lines, refuse);
  const { value, targets } = readDocument(document, refuse);

  const follow = (node: Node | null): Node | null => (isAlias(node) ? (targets.get(node) ?? node) : node);
  const place = (node: Node | null): string => positionOf(file, lines, node?.range?.[0] ?? 0);
  const walk = (path: YamlPath): Step => {
    let step: Step = { key: document.contents, value: document.contents };
    for (const segment of path) {
      const next = stepInto(follow(step.value), segment);
      if (next === undefined) return { key: step.value, value: step.value };
      step = next;
    }
    return step;
  };
  const placeInText = (node: Node | null, offset: number): string =>
    isText(node) ? positionOf(file, lines, sourceOffset(text, node, offset)) : place(node);
  return {
    file,
    value,
    at: (path, offset) =>
      offset === undefined ? place(walk(path).value) : placeInText(follow(walk(path).value), offset),
    keyAt: (path) => place(walk(path).key),
  };
}
