import { describe, expect, test } from 'vitest';
import { parseElements } from '../../src/config/elements-file.ts';
import { parseFramework } from '../../src/config/framework-file.ts';
import { refusalOf } from './refusal.ts';

const text = `id: f
title: F
version: "1"
source: s
copyright: c
roles: [controller]
requirements:
  - { id: "1", title: One, section: S, kind: heading, testability: rollup }
  - id: "1.1"
    title: One of one
    parent: "1"
    section: S
    kind: obligation
    testability: manual
    applies-to: [controller]
    frequency: P1Y
    effective: 2025-03-31
    effective-scope: a part
    aggregates-children: true
    required-without-specification: true
`;

const common = new Map([
  ['log-fields', { id: 'log-fields', title: 'Entries tell enough', kinds: ['host', 'log-store'] }],
  ['log-readers', { id: 'log-readers', title: 'Few read them', kinds: ['host'] }],
]);
const tested = text
  .replace(
    'roles: [controller]',
    `roles: [controller]
categories: [privacy]
left-out: [{ what: part two, why: nobody uses it }]
doubts: [the number of 1.1]`,
  )
  .replace(
    'testability: manual',
    `testability: automated
    category: privacy
    elements: [{ id: log-fields }, { id: log-readers, kinds: [document] }, { id: own, title: Ours, kinds: [kms] }]`,
  );

test('elements are the common ones, narrowed, or its own; what is left out and in doubt is kept', () => {
  const { requirements, ...head } = parseFramework('f.yaml', tested, common);
  expect(head).toMatchObject({
    categories: ['privacy'],
    leftOut: [{ what: 'part two', why: 'nobody uses it' }],
    doubts: ['the number of 1.1'],
  });
  expect(head).not.toHaveProperty('left-out');
  expect(requirements[1]).toMatchObject({
    category: 'privacy',
    elements: [
      { id: 'log-fields', title: 'Entries tell enough', kinds: ['host', 'log-store'] },
      { id: 'log-readers', title: 'Few read them', kinds: ['document'] },
      { id: 'own', title: 'Ours', kinds: ['kms'] },
    ],
  });
});

test('a tree is what the file says', () => {
  expect(parseFramework('f.yaml', text)).toEqual({
    id: 'f',
    title: 'F',
    version: '1',
    source: 's',
    copyright: 'c',
    roles: ['controller'],
    requirements: [
      { id: '1', title: 'One', parent: null, section: 'S', kind: 'heading', testability: 'rollup' },
      {
        id: '1.1',
        title: 'One of one',
        parent: '1',
        section: 'S',
        kind: 'obligation',
        testability: 'manual',
        appliesTo: ['controller'],
        frequency: 'P1Y',
        effective: '2025-03-31',
        effectiveScope: 'a part',
        aggregatesChildren: true,
        requiredWithoutSpecification: true,
      },
    ],
  });
});

describe('what is refused, with its place', () => {
  test.each([
    ['id: "1.1"', 'id: "1"', '9:9 expected each id once, got "1" again'],
    ['id: "1.1"', 'id: 1.1', '9:9 expected requirements[1].id to be a requirement id in quotes, got 1.1'],
    ['parent: "1"', 'parent: "2"', '11:13 expected a parent that stands above, got "2"; did you mean "1"?'],
    ['parent: "1"', 'parent: "1.1"', '11:13 expected a parent that stands above, got "1.1", which does not'],
    [
      'to: [controller]',
      'to: [controler]',
      '15:18 expected a role of this framework, got "controler"; did you mean "controller"?',
    ],
    [
      'frequency: P1Y',
      'frequency: yearly',
      '16:16 expected requirements[1].frequency to be an ISO 8601 duration in days, months or years, got "yearly"',
    ],
    [
      'testability: manual',
      'testability: human',
      '14:18 expected requirements[1].testability to be one of automated, assisted, manual, rollup, got "human"',
    ],
  ])('%j → %j', (from, to, message) => {
    expect(refusalOf(() => parseFramework('f.yaml', text.replace(from, to)))).toEqual({
      code: 'ERR_FRAMEWORK',
      message: `f.yaml:${message}`,
    });
  });
});

describe('elements and categories that are refused, with their place', () => {
  test.each([
    [
      'id: log-fields',
      'id: log-feilds',
      '19:22 expected a common element, or title and kinds, got "log-feilds"; did you mean "log-fields"?',
    ],
    ['title: Ours, ', '', '19:82 expected a common element, or title and kinds, got "own"'],
    ['id: own', 'id: log-fields', '19:82 expected each element once, got "log-fields" again'],
    [
      'id: log-fields',
      'id: Log_Fields',
      '19:22 expected requirements[1].elements[0].id to be an element in kebab-case',
    ],
    ['[document]', '[documents]', '19:63 expected requirements[1].elements[1].kinds[0] to be one of'],
    [
      'testability: automated',
      'testability: manual',
      '19:15 expected elements of testability automated or assisted only',
    ],
    [
      'category: privacy',
      'category: privcy',
      '18:15 expected a category of this framework, got "privcy"; did you mean "privacy"?',
    ],
    ['why: nobody', 'reason: nobody', 'expected one of the keys what, why in left-out[0], got "reason"'],
  ])('%j → %j', (from, to, message) => {
    const refused = refusalOf(() => parseFramework('f.yaml', tested.replace(from, to), common));
    expect(refused.code).toBe('ERR_FRAMEWORK');
    expect(refused.message).toContain(message);
  });

  test('an automated requirement that nothing decides', () => {
    const refused = refusalOf(() => parseFramework('f.yaml', text.replace('manual', 'automated')));
    expect(refused.message).toBe('f.yaml:14:18 expected elements for testability automated, got none');
  });

  test('a common element without kinds', () => {
    const refused = refusalOf(() => parseElements('e.yaml', 'log-fields: { title: Entries }\n'));
    expect(refused).toEqual({
      code: 'ERR_FRAMEWORK',
      message: 'e.yaml:1:13 expected the key "kinds" in log-fields, got none',
    });
  });
});
