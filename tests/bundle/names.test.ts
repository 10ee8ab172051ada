import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileName, idOfFileName } from '../../src/bundle/names.ts';

test.each([
  ['pay', 'pay'],
  ['pay~192.0.2.1', 'pay~192.0.2.1'],
  ['pay~2001:db8::1', 'pay~2001=3adb8=3a=3a1'],
  ['con', '=63on'],
  ['nul.txt', '=6eul.txt'],
  ['console', 'console'],
  ['..', '=2e=2e'],
  ['a.', 'a=2e'],
  ['../etc', '=2e.=2fetc'],
  ['tls.serverName', 'tls.server=4eame'],
  ['é%=', '=c3=a9=25=3d'],
])('%s is kept as %s', (id, name) => {
  expect(fileName(id)).toBe(name);
  expect(idOfFileName(name)).toBe(id);
});

test('different ids have different names, in small letters and fit for any file system', () => {
  const ids = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(ids, (id) => {
      expect(fileName(id)).toMatch(/^[a-z0-9_~=-][a-z0-9._~=-]*$/);
      expect(fileName(id)).not.toMatch(/\.$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/);
      expect(idOfFileName(fileName(id))).toBe(id);
    }),
  );
});

test.each(['', '=61', '=FF', 'a=', '.', 'A', 'a%41', 'con', '=ff', 'a/b'])(
  'no id is kept as "%s"',
  (name) => {
    expect(idOfFileName(name)).toBeUndefined();
  },
);
