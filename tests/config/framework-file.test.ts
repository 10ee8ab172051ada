import { describe, expect, test } from 'vitest';
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
