import { expect, test } from 'vitest';
import { marksInJson } from '../../src/data/export-values.ts';
import { textMark } from '../../src/data/marks.ts';

test('the values of a document are its texts and numbers, however deep', () => {
  const marks = marksInJson(
    '\uFEFF{"name": "Ann", "visits": [{"at": {"id": 990008}}], "ok": true, "none": null}',
  );
  expect(marks).toEqual(new Set(['Ann', '990008'].map(textMark)));
  expect(marksInJson('"Ann"')).toEqual(new Set([textMark('ann')]));
});

test('depth costs nothing', () => {
  const depth = 100_000;
  expect(marksInJson(`${'['.repeat(depth)}"Ann"${']'.repeat(depth)}`)?.size).toBe(1);
});

test.each(['', 'name: Ann', '{"name": "Ann"', '<name>Ann</name>'])('%j is no document', (text) => {
  expect(marksInJson(text)).toBeUndefined();
});
