import { describe, expect, test } from 'vitest';
import { parseStoredAnswer, storedAnswers } from '../../src/postgres/stored-answers.ts';

const answer = (of: object) =>
  parseStoredAnswer(JSON.stringify({ name: 'roles', parameters: [], query: 'select 1', rows: [], ...of }));

describe('an answer as evidence keeps it', () => {
  test('is read back', () => {
    expect(answer({ rows: [{ a: 1 }] })).toEqual({ name: 'roles', query: 'select 1', rows: [{ a: 1 }] });
    expect(answer({ database: 'clinic' })).toMatchObject({ database: 'clinic' });
  });

  test.each<[string, string]>([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no query', '{"name":"roles","rows":[]}'],
    ['no name', '{"query":"select 1","rows":[]}'],
    ['no rows', '{"name":"roles","query":"select 1"}'],
    ['rows that are none', '{"name":"roles","query":"select 1","rows":[1]}'],
  ])('%s is refused', (_, text) => {
    expect(() => parseStoredAnswer(text)).toThrow(expect.objectContaining({ code: 'ERR_POSTGRES_REPLAY' }));
  });
});

describe('the answers of one observation', () => {
  const answers = storedAnswers([
    answer({ name: 'once', rows: [{ a: 1 }] }),
    answer({ name: 'twice' }),
    answer({ name: 'twice' }),
    answer({ name: 'inside', database: 'b', rows: [{ a: 2 }] }),
    answer({ name: 'inside', database: 'a' }),
  ]);

  test('are found by query, and those of databases in their order', () => {
    expect(answers.rows('once')).toEqual([{ a: 1 }]);
    expect(answers.inside('inside')).toEqual([
      { database: 'b', rows: [{ a: 2 }] },
      { database: 'a', rows: [] },
    ]);
    expect(answers.inside('once')).toEqual([]);
  });

  test('one that need not have been asked for may be missing, and is refused where there are two', () => {
    expect(answers.rowsIfAsked('once')).toEqual([{ a: 1 }]);
    expect(answers.rowsIfAsked('none')).toBeUndefined();
    expect(() => answers.rowsIfAsked('twice')).toThrow(
      expect.objectContaining({ code: 'ERR_POSTGRES_REPLAY' }),
    );
  });

  test.each(['none', 'twice', 'inside'])(
    'one that should stand alone and does not is refused: %s',
    (name) => {
      expect(() => answers.rows(name)).toThrow(expect.objectContaining({ code: 'ERR_POSTGRES_REPLAY' }));
    },
  );
});
