import { expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';

const logOf = (log: string) =>
  parseAssayFile('assay.yaml', `targets:\n  - url: postgres://db.example/clinic\n    log: ${log}\n`).config
    .targets[0]?.postgres?.log;

test('log-ins are looked for where a number of days is given', () => {
  expect(logOf('{}')).toEqual({ windowHours: 24 });
  expect(logOf('{ log-in-days: 91 }')).toEqual({ windowHours: 24, logInDays: 91 });
});

test.each(['90', '401', '91.5', '"91"'])('log-in-days: %s is refused with its place', (days) => {
  expect(() => logOf(`{ log-in-days: ${days} }`)).toThrow(
    /^assay\.yaml:3:25 expected targets\[0\]\.log\.log-in-days to be a number of days from 91 to 400/,
  );
});
