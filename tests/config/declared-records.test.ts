import { describe, expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';

const parse = (data: string) =>
  parseAssayFile('assay.yaml', `targets:\n  - url: postgres://db.example/clinic\n    data:\n${data}`).config
    .targets[0]?.data;

const place = { database: 'clinic', schema: 'public' };

describe('records', () => {
  test('are every field of each table', () => {
    const data = parse(`      records:
        - table: clinic.public.consents
          kind: consents
          columns: { person: patient, time: '"given at"', wording: text_version, means: channel }
`);
    const consents = { ...place, table: 'consents', kind: 'consents' };
    expect(data?.records).toEqual([
      { ...consents, field: 'person', column: 'patient' },
      { ...consents, field: 'time', column: 'given at' },
      { ...consents, field: 'wording', column: 'text_version' },
      { ...consents, field: 'means', column: 'channel' },
    ]);
    expect(parse('      columns: []\n')).not.toHaveProperty('records');
  });

  const consents = '{ person: a, time: b, wording: c, means: d }';
  test.each([
    [`{ table: a.b.c, kind: consents, columns: ${consents} }`.repeat(2), /6:18 expected each table once/],
    [`{ table: b.c, kind: consents, columns: ${consents} }`, /5:18 expected database\.schema\.table, got/],
    ['{ table: a.b.c, kind: consents, columns: { person: a, means: d } }', /5:50 .* got none for time$/],
    [
      '{ table: a.b.c, kind: consents, columns: { person: a, time: b, wording: c, means: d, purpose: e } }',
      /5:103 expected one of person, time, wording, means, got purpose/,
    ],
    ['{ table: a.b.c, kind: consents, columns: { person: a, what: b } }', /what/],
    ['{ table: a.b.c, kind: consents, columns: { person: a.b, time: b, wording: c, means: d } }', /a column/],
    [`{ table: a.b.c, kind: gifts, columns: ${consents} }`, /to be one of consents, disclosures/],
  ])('%s is refused', (text, expected) => {
    const entries = text.replaceAll('}{', '},\n        {');
    expect(() => parse(`      records: [\n        ${entries}]\n`)).toThrowError(expected);
  });
});

describe('requests', () => {
  test('are a table of each kind with its dates', () => {
    const data = parse(`      requests:
        - { table: clinic.public.asked, kind: gdpr, received: day, answered: done, extended: told, time-zone: Europe/Berlin }
        - { table: clinic.public.asked, kind: hipaa-access, received: day, answered: done }
`);
    const asked = { ...place, table: 'asked', received: 'day', answered: 'done', timeZone: 'UTC' };
    expect(data?.requests).toEqual([
      { ...asked, kind: 'gdpr', extended: 'told', timeZone: 'Europe/Berlin' },
      { ...asked, kind: 'hipaa-access' },
    ]);
  });

  test.each([
    ['{ table: a.b.c, kind: gdpr, received: d }', /answered/],
    [
      "{ table: a.b.c, kind: gdpr, received: d, answered: e, time-zone: '+09' }",
      /UTC or a name like Europe\/Berlin/,
    ],
    ['{ table: a.b, kind: gdpr, received: d, answered: e }', /5:18 expected database\.schema\.table, got/],
    ['{ table: a.b.c, kind: gdpr, received: d.e, answered: e }', /5:47 expected a column, got/],
    ['{ table: a.b.c, kind: hipaa, received: d, answered: e }', /to be one of gdpr, hipaa-access/],
    ['{ table: a.b.c, kind: gdpr, received: d, answered: e }'.repeat(2), /6:\d+ expected each kind once/],
  ])('%s is refused', (text, expected) => {
    const entries = text.replaceAll('}{', '},\n        {');
    expect(() => parse(`      requests: [\n        ${entries}]\n`)).toThrowError(expected);
  });
});
