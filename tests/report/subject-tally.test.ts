import { expect, test } from 'vitest';
import { type Observation, type Subject, type SubjectRecord, sideOf } from '../../src/model/index.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { tallySubjects } from '../../src/report/subject-tally.ts';
import { whereabouts } from '../../src/report/words.ts';

const web: Subject = {
  id: 'web',
  targetId: 'web',
  kind: 'tls-endpoint',
  locator: 'https://pay.example:443',
  host: 'pay.example',
  port: 443,
  address: '192.0.2.7',
  tags: [],
  optional: false,
};
const old: Subject = { ...web, id: 'old', targetId: 'old' };

function recordOf(subject: Subject, kind: 'seen' | 'unseen'): SubjectRecord {
  const observation = { kind, fact: 'x.y', requests: [], evidence: [] } as unknown as Observation;
  return { format: 0, subject, vantage: 'v', identity: {}, connections: 2, observations: [observation] };
}

function tallyOf(records: readonly SubjectRecord[]) {
  const subjects = records.map(({ subject }) => subject);
  const input = { assessment: { scope: { subjects } }, subjects: () => records };
  return tallySubjects(input as unknown as ReportInput);
}

test('a TLS endpoint and the HTTP behind it are one system, tested where anything of it was seen', () => {
  const both = [recordOf(web, 'seen'), recordOf(sideOf(web, 'http-api'), 'seen')];
  expect(tallyOf(both)).toMatchObject({ systems: 1, tested: 1, notReached: 0, connections: 4 });
  expect(tallyOf(both).rights).toEqual([{ firstSubject: 'web', subjects: 1 }]);
  const half = [recordOf(web, 'unseen'), recordOf(sideOf(web, 'http-api'), 'seen')];
  expect(tallyOf(half)).toMatchObject({ systems: 1, tested: 1, notReached: 0 });
  const none = [...both, recordOf(old, 'unseen'), recordOf(sideOf(old, 'http-api'), 'unseen')];
  expect(tallyOf(none)).toMatchObject({ systems: 2, tested: 1, notReached: 1 });
});

test('where it was looked at says which of the two it was', () => {
  expect(whereabouts(web, '  ')).toBe('https://pay.example:443  192.0.2.7');
  expect(whereabouts(sideOf(web, 'http-api'), '  ')).toBe('https://pay.example:443  192.0.2.7 (HTTP)');
});
