import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/config/yaml.ts';
import { AssayError } from '../../src/model/index.ts';

function refusal(text: string): string {
  try {
    parseYaml('a.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
    const { code, message } = error as AssayError;
    expect(code).toBe('ERR_YAML');
    return message;
  }
  throw new Error(`nothing was refused in ${text.slice(0, 80)}`);
}

describe('what is refused, with its place', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefg'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[index]}`).join(', ')}]`)
    .join('\n')}\n`;
  const cases: Record<string, readonly [text: string, place: string, sentence: string]> = {
    'a duplicate key': ['a: 1\nb:\n  c: 1\n  c: 2\n', '4:3', 'expected each key once, got "c" again'],
    'bad indentation': ['a:\n  - 1\n - 2\n', '3:1', 'expected one key and its value, got a second one'],
    'a tab as indentation': ['a:\n\tb: 1\n', '2:1', 'expected blanks as indentation, got a tab'],
    'an unclosed quote': ['a: "x\n', '2:1', 'expected a colon, quote, comma or bracket that closes'],
    'an unclosed list': ['a: [1,\n', '2:1', 'expected the indentation of what stands above'],
    'two keys in a line': ['a: b: c\n', '1:4', 'expected one key and its value, got a second one'],
    'an unresolved alias': ['a:\n  b: *none\n', '2:6', 'expected an anchor above for this alias, got none'],
    'an alias before its anchor': ['a: *x\nb: &x 1\n', '1:4', 'expected an anchor above for this alias'],
    'a circle': ['a: &a\n  b: [1, *a]\n', '2:10', 'expected an alias to something complete, got a circle'],
    'an alias bomb': [bomb, '4:36', 'expected aliases for at most 10000 values, got more'],
    'two documents': ['a: 1\n---\nb: 2\n', '2:1', 'expected one document, got a second one'],
    'a document after the end': ['- a\n...\nb: 1\n', '3:1', 'expected one document, got a second one'],
    'a number as key': ['a:\n  1: x\n', '2:3', 'expected a text as key, got another type (quote it)'],
    'a list as key': ['? [a]\n: b\n', '1:3', 'expected a text as key'],
    'an alias as key': ['a: &k x\n? *k\n: b\n', '2:3', 'expected a text as key'],
    'nothing as key': ['~: b\n', '1:1', 'expected a text as key'],
    'an unknown tag': ['a: !foo x\n', '1:4', 'expected no tag, got one'],
    'a tag that other parsers run': ['a: !!js/function x\n', '1:4', 'expected no tag, got one'],
    'binary data': ['a: !!binary aGk=\n', '1:4', 'expected no tag, got one'],
    'an unknown directive': ['%FOO\n---\na: 1\n', '1:1', 'expected no directive, got one'],
    'a reserved character': [
      'a: @x\n',
      '1:4',
      'expected quotes around a text that begins with this character',
    ],
    'an unknown escape': ['a: "x\\q"\n', '1:6', 'expected an escape that YAML knows'],
    'a number beyond 2^53': ['a: 9007199254740993\n', '1:4', 'expected a number that can be kept exactly'],
    'no number': ['a: .nan\n', '1:4', 'expected a number that can be kept exactly'],
    'a comma after nothing': ['a: [1, # c\n  , 2]\n', '2:3', 'expected a value before the comma, got none'],
    'commas by the million': [
      `[${','.repeat(1_000_000)}`,
      '1:2',
      'expected a value before the comma, got none',
    ],
    'too deep brackets': ['['.repeat(100_000), '1:65', 'expected at most 64 levels of nesting, got more'],
    'too deep lists': ['- '.repeat(100_000), '1:128', 'expected at most 64 levels of nesting, got more'],
    'too deep keys': ['? '.repeat(100_000), '1:128', 'expected at most 64 levels of nesting, got more'],
    '10 MB': [`a: ${'x'.repeat(10_000_000)}`, '1:1', 'expected at most 1048576 characters, got 10000003'],
  };
  test.each(Object.entries(cases))('%s', (_, [text, place, sentence]) => {
    expect(refusal(text)).toMatch(`a.yaml:${place} ${sentence}`);
  });

  test('never with what was written: it may be a secret without quotes', () => {
    for (const text of [
      'p: *Hunter2',
      'p: !Hunter2 x',
      'p: @Hunter2',
      'p: "\\Hunter2"',
      'p: a: Hunter2',
      'p: Hunter2"]: }',
    ])
      expect(() => parseYaml('a.yaml', `${text}\n- Hunter2`)).toThrow(/^(?!.*Hunter2)/s);
  });
});

describe('values', () => {
  test('are those of the YAML 1.2 core schema', () => {
    const text =
      'a: yes\nb: 2026-01-01\nc: 0x10\nd: 1.5\ne: ~\nf:\ng: true\nh: "1"\n<<: {x: 1}\n__proto__: {y: 1}\n';
    const value = parseYaml('a.yaml', text).value;
    expect(Object.entries(value as object)).toEqual([
      ['a', 'yes'],
      ['b', '2026-01-01'],
      ['c', 16],
      ['d', 1.5],
      ['e', null],
      ['f', null],
      ['g', true],
      ['h', '1'],
      ['<<', { x: 1 }],
      ['__proto__', { y: 1 }],
    ]);
  });
  test('may have a comma after the last item and alone in a text', () => {
    expect(parseYaml('a.yaml', 'a: [1, [2,], ",", b c]\nb: x,, y\n').value).toEqual({
      a: [1, [2], ',', 'b c'],
      b: 'x,, y',
    });
  });
  test('of %YAML 1.1 are the same', () => {
    expect(parseYaml('a.yaml', '%YAML 1.1\n---\na: yes\n').value).toEqual({ a: 'yes' });
  });
  test('of an empty file are null', () => {
    expect(parseYaml('a.yaml', '').value).toBeNull();
    expect(parseYaml('a.yaml', '# nothing\n').value).toBeNull();
  });
  test('of an alias are those of the nearest anchor above', () => {
    const text = '- &a 1\n- &b [*a]\n- &a 2\n- *b\n- *a\n';
    expect(parseYaml('a.yaml', text).value).toEqual([1, [1], 2, [1], 2]);
  });
  test('of a byte-order mark and CRLF lines keep their places', () => {
    const source = parseYaml('a.yaml', '\uFEFFa: 1\r\nb:\r\n  c: 2\r\n');
    expect(source.value).toEqual({ a: 1, b: { c: 2 } });
    expect(source.at(['b', 'c'])).toBe('a.yaml:3:6');
  });
});

describe('places', () => {
  const text = 'list:\n  - id: one\n    tags: [a, b]\nbase: &base\n  inner: {x: 1}\nuse: *base\nempty:\n';
  const source = parseYaml('dir/a.yaml', text);
  test.each([
    [['list', 0, 'id'], '2:9', '2:5'],
    [['list', '0', 'tags', 1], '3:15', '3:15'],
    [['base'], '5:3', '4:1'],
    [['use'], '6:6', '6:1'],
    [['use', 'inner', 'x'], '5:14', '5:11'],
    [['empty'], '7:7', '7:1'],
    [['list', 0, 'missing'], '2:5', '2:5'],
    [['list', 7], '2:3', '2:3'],
    [[], '1:1', '1:1'],
  ] as const)('%j', (path, value, key) => {
    expect(source.at(path)).toBe(`dir/a.yaml:${value}`);
    expect(source.keyAt(path)).toBe(`dir/a.yaml:${key}`);
  });
});

/** The place of the character `@` of the text under `x`, found through its decoded value. */
function placeOfMark(text: string): string {
  const source = parseYaml('', text);
  const value = (source.value as { x: string }).x;
  return source.at(['x'], value.indexOf('@'));
}

/** Where `@` stands in the text itself. */
function mark(text: string): string {
  const before = text.slice(0, text.indexOf('@')).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

describe('places inside a text', () => {
  const texts = {
    plain: 'x: a && b @ c\n',
    'plain over lines': 'x: a &&\n    b\n\n    @ c\n',
    'single quotes': "x: 'it''s ''so'' @'\n",
    'single quotes over lines': "x: 'it''s\n\n  so @'\n",
    'double quotes': 'x: "a\\tb \\"c\\" \\u0041\\U0001F600 \\\n   d\\x20 @"\n',
    literal: 'x: |\n  a\n    b\n\n  c @\n',
    'literal with indentation indicator': 'x: |2-\n     a\n   @\n',
    folded: 'x: >-\n  a\n  b\n\n  c\n   d\n  e @ f\n',
    'folded with comment': 'x: >- # why @not\n  a(b)\n  && c\n  @\n'.replace('@not', 'not'),
    'with an anchor and a tag': 'x: &a !!str a @\n',
    'CRLF lines': 'x: >-\r\n  a\r\n  b @\r\n',
  };
  test.each(Object.entries(texts))('%s', (_, text) => {
    expect(placeOfMark(text)).toBe(mark(text));
  });
  test('an end is just after the last character', () => {
    expect(parseYaml('', 'x: >-\n  ab\n  cd\ny: 1\n').at(['x'], 5)).toBe(':3:5');
    expect(parseYaml('', 'x: "ab"\n').at(['x'], 2)).toBe(':1:7');
  });
  test('blanks stand after what they follow', () => {
    expect(parseYaml('', 'x: a   b\n').at(['x'], 2)).toBe(':1:6');
    expect(parseYaml('', 'x: >-\n  a\n  b\n').at(['x'], 1)).toBe(':2:4');
  });
  test('the first character of a block stands below its header', () => {
    const source = parseYaml('', 'x: >-\n  a\n');
    expect([source.at(['x']), source.at(['x'], 0)]).toEqual([':1:4', ':2:3']);
  });
  test('any character of any folded text', () => {
    const word = fc.stringMatching(/^[a-z=(][a-z0-9=()]{0,6}$/);
    const line = fc.tuple(fc.nat(3), fc.array(word, { minLength: 1, maxLength: 4 }));
    const lines = fc.array(fc.option(line), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom('|', '>', '>-', '|+'), lines, word, (header, body, last) => {
        const rows = body.map((row) => (row === null ? '' : `  ${' '.repeat(row[0])}${row[1].join(' ')}`));
        const text = `x: ${header}\n  first\n${rows.join('\n')}\n  ${last}@ end\n`;
        expect(placeOfMark(text)).toBe(mark(text));
      }),
    );
  });
});

describe('whatever is written', () => {
  const seed = 'a: &x [1, "two", {b: *x}]\nc: >-\n  text\n  more\n? d\n: !!str e\n"f\\n": \'g\'\n---\n%Y';
  const snippet = fc.constantFrom(
    ...'&x *x ! : - ? [ ] { } , # | > " \' % @ ` \t \n \r \0 \\ --- ... ~ << 1'.split(' '),
    '\n  ',
  );
  const edit = fc.tuple(fc.nat(seed.length), fc.nat(6), fc.array(snippet, { maxLength: 5 }));
  test('is read or refused with a place, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const text = edits.reduce(
          (all, [at, drop, add]) => all.slice(0, at) + add.join('') + all.slice(at + drop),
          seed,
        );
        try {
          parseYaml('a.yaml', text).at(['a', 0], 3);
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
          expect((error as AssayError).message).toMatch(/^a\.yaml:\d+:\d+ expected .*, got /);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
