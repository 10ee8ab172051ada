import { expect, test } from 'vitest';
import { issuerOf, lookUpCaa } from '../../src/dns/caa.ts';
import { lookUpIn, type ZoneMap } from './zone-map.ts';

const property = (tag: string, value: string, flags = 0): object => ({ flags, tag, value });
const caaOf = (zone: ZoneMap, name = 'www.example.com') => lookUpIn(zone, lookUpCaa(name));

test('the nearest record set up the tree stands for a name', () => {
  const zone: ZoneMap = {
    'example.com CAA': [property('issue', 'ca.example; account=1'), property('iodef', 'mailto:a@b.example')],
  };
  expect(caaOf(zone)).toEqual({
    value: {
      name: 'www.example.com',
      foundAt: 'example.com',
      restricted: true,
      issuers: [{ tag: 'issue', domain: 'ca.example' }],
      contacts: ['mailto:a@b.example'],
    },
    asked: ['www.example.com CAA', 'example.com CAA'],
  });
  const nearer = { ...zone, 'www.example.com CAA': [property('issue', ';')] };
  expect(caaOf(nearer).value).toMatchObject({ foundAt: 'www.example.com', restricted: true, issuers: [] });
});

test('it is looked for as far as the top level, not at the root', () => {
  const { value, asked } = caaOf({});
  expect(asked).toEqual(['www.example.com CAA', 'example.com CAA', 'com CAA']);
  expect(value).toEqual({ name: 'www.example.com', restricted: false, issuers: [], contacts: [] });
});

test('without issue, everybody may issue', () => {
  const zone: ZoneMap = {
    'example.com CAA': [property('iodef', 'mailto:a@b.example'), property('issuewild', 'ca.example')],
  };
  expect(caaOf(zone).value).toMatchObject({
    foundAt: 'example.com',
    restricted: false,
    issuers: [{ tag: 'issuewild', domain: 'ca.example' }],
  });
});

test('a level that does not answer leaves it open', () => {
  const zone: ZoneMap = { 'www.example.com': 'down', 'example.com CAA': [property('issue', 'ca.example')] };
  expect(caaOf(zone).value).toEqual({ why: 'www.example.com: the resolver answered SERVFAIL' });
});

test('issuers are domains before the parameters', () => {
  expect([' CA.example ', 'ca.example;x=y', '', ';', '%%%', 'a b'].map(issuerOf)).toEqual([
    'ca.example',
    'ca.example',
    '',
    '',
    '',
    '',
  ]);
});
