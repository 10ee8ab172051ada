import { describe, expect, test } from 'vitest';
import { misshape } from '../../src/bundle/shapes.ts';

const document = { name: 'AOC', sha256: 'a'.repeat(64), date: '2026-01-01', expires: '2026-12-31' };
const party = { framework: 'hipaa', requirements: ['1'], party: 'Hoster', document, remaining: [] };
const other = { framework: 'hipaa', requirement: '1', reason: 'r', approvedBy: 'CISO', document };
const scope = {
  format: 0,
  inventory: 'configuration',
  audits: [{ framework: 'soc2-2017', boundaryTags: [], categories: [] }],
  targets: [],
  subjects: [],
  outOfScope: [],
};

describe('scope.json with what others answer for', () => {
  test('has its form, with and without', () => {
    expect(misshape('scope', scope)).toBeUndefined();
    expect(misshape('scope', { ...scope, thirdParties: [party], alternatives: [other] })).toBeUndefined();
  });

  test.each<[string, object, string]>([
    [
      'a digest that is none',
      { thirdParties: [{ ...party, document: { ...document, sha256: 'a' } }] },
      '/thirdParties/0/document/sha256',
    ],
    [
      'an instant in place of a day',
      { alternatives: [{ ...other, document: { ...document, date: '2026-01-01T00:00:00.000Z' } }] },
      '/alternatives/0/document/date',
    ],
    ['nobody who approved', { alternatives: [{ ...other, approvedBy: undefined }] }, '/alternatives/0'],
    [
      'remaining controls left out',
      { thirdParties: [{ ...party, remaining: null }] },
      '/thirdParties/0/remaining',
    ],
    [
      'categories that are no list',
      { audits: [{ ...scope.audits[0], categories: 'all' }] },
      '/audits/0/categories',
    ],
  ])('%s', (_, more, place) => {
    expect(misshape('scope', JSON.parse(JSON.stringify({ ...scope, ...more })))).toMatch(`${place} `);
  });
});
