import { describe, expect, test } from 'vitest';
import { parseOwnControls } from '../../src/config/own-controls.ts';
import type { Control, Framework } from '../../src/model/index.ts';
import { control } from '../engine/fixture.ts';
import { refusalOf } from './refusal.ts';

const controls: readonly Control[] = [
  control('true', { id: 'tls.protocol.old-refused' }),
  control('true', { id: 'tls.protocol.new-offered', aliases: ['tls.version.new'] }),
  control('true', { id: 'tls.cert.valid' }),
];
const requirement = { parent: null, section: '', kind: 'criterion', testability: 'assisted' } as const;
const soc2: Framework = {
  ...{ id: 'soc2-2017', title: 'SOC 2', version: '', source: '', copyright: '' },
  requirements: [{ ...requirement, id: 'CC6.7', title: 'Transmission' }],
};
const parse = (file: string, text: string) => parseOwnControls(file, text, controls, [soc2]);

const yaml = `own-controls:
  - id: NET-1
    wording: Traffic is encrypted
    owner: net team
    frequency: continuously
    requirements: { soc2-2017: [CC6.7] }
    controls: [tls.protocol, tls.cert.valid]
  - { id: HR-1, wording: People sign, owner: hr, frequency: yearly }
`;
const csv = `ID,Wording,Owner,Frequency,Requirements,Controls
NET-1,Traffic is encrypted,net team,continuously,soc2-2017 CC6.7,tls.protocol; tls.cert.valid
HR-1,People sign,hr,yearly,,
`;

test('YAML and CSV say the same; a beginning stands for every control under it', () => {
  const own = parse('own.yaml', yaml);
  expect(parse('own.csv', csv)).toEqual(own);
  expect(own).toEqual([
    {
      ...{ id: 'NET-1', wording: 'Traffic is encrypted', owner: 'net team', frequency: 'continuously' },
      requirements: [{ framework: 'soc2-2017', id: 'CC6.7' }],
      controls: ['tls.cert.valid', 'tls.protocol.new-offered', 'tls.protocol.old-refused'],
    },
    {
      ...{ id: 'HR-1', wording: 'People sign', owner: 'hr', frequency: 'yearly' },
      requirements: [],
      controls: [],
    },
  ]);
});

test('an alias stands for its control', () => {
  const text = yaml.replace('[tls.protocol, tls.cert.valid]', '[tls.version.new]');
  expect(parse('own.yaml', text)[0]?.controls).toEqual(['tls.protocol.new-offered']);
});

test('cells that a spreadsheet would take for formulas stay texts', () => {
  const text = csv.replace('Traffic is encrypted', '"=HYPERLINK(""http://x"")"').replace('net team', '@net');
  expect(parse('own.csv', text)[0]).toMatchObject({ wording: '=HYPERLINK("http://x")', owner: '@net' });
});

describe('mistakes are told with their place', () => {
  test.each<[string, string, string, string]>([
    [
      'a requirement',
      'own.yaml',
      yaml.replace('CC6.7', 'CC6.77'),
      '6:33 expected a requirement of soc2-2017, got "CC6.77"; did you mean "CC6.7"?',
    ],
    [
      'a framework',
      'own.yaml',
      yaml.replace('soc2-2017', 'soc-2017'),
      '6:21 expected a known framework, got "soc-2017"; did you mean "soc2-2017"?',
    ],
    [
      'a control',
      'own.yaml',
      yaml.replace('tls.protocol', 'tls.protocl'),
      '7:16 expected a control of assay, or the beginning of ids, got "tls.protocl"; did you mean "tls.protocol"?',
    ],
    [
      'a part of a beginning',
      'own.yaml',
      yaml.replace('tls.protocol', 'tls.proto'),
      '7:16 expected a control',
    ],
    [
      'an id twice',
      'own.yaml',
      yaml.replace('HR-1', 'NET-1'),
      '8:11 expected each id once, got "NET-1" again (first at own.yaml:2:9)',
    ],
    [
      'a key',
      'own.yaml',
      yaml.replace('owner: hr', 'ownr: hr'),
      '8:39 expected a known key in own-controls[1], got "ownr"; did you mean "owner"?',
    ],
    [
      'an id twice in CSV',
      'own.csv',
      csv.replace('HR-1', 'NET-1'),
      '3:1 expected each id once, got "NET-1" again (first at own.csv:2:1)',
    ],
    [
      'a heading',
      'own.csv',
      csv.replace('Owner', 'Ownr'),
      '1:12 expected one of the headings id, wording, owner, frequency, requirements, controls, got "Ownr"',
    ],
    [
      'a heading twice',
      'own.csv',
      csv.replace('Frequency', 'Owner'),
      '1:18 expected each heading once, got "owner" again',
    ],
    [
      'a missing heading',
      'own.csv',
      'id,wording,owner\n1,2,3\n',
      '1:1 expected a column with the heading "frequency", got none',
    ],
    ['semicolons', 'own.csv', csv.replaceAll(',', ';'), '1:1 expected commas between fields, got semicolons'],
    [
      'an empty field',
      'own.csv',
      csv.replace('People sign', ' '),
      '3:6 expected a text as wording, got an empty field',
    ],
    [
      'a requirement without a framework',
      'own.csv',
      csv.replace('soc2-2017 CC6.7', 'CC6.7'),
      '2:50 expected a framework and a requirement (soc2-2017 CC6.7), got "CC6.7"',
    ],
    ['nothing', 'own.csv', '', '1:1 expected a column with the heading "id", got none'],
    [
      'headings alone',
      'own.csv',
      'id,wording,owner,frequency\n',
      '1:1 expected a line for each own control below the headings, got none',
    ],
  ])('%s', (_, file, text, words) => {
    expect(refusalOf(() => parse(file, text)).message).toContain(`${file}:${words}`);
  });
});
