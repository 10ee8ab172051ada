import fc from 'fast-check';
import { describe, expect, test as it } from 'vitest';
import { loadFrameworks } from '../../src/cli/framework-trees.ts';
import type {
  Document,
  Reason,
  RemainingControl,
  Requirement,
  RequirementState,
  Scope,
  Selection,
} from '../../src/model/index.ts';
import { sideOf, subjectKinds, testabilities } from '../../src/model/index.ts';
import {
  audit,
  elementsOf,
  everything,
  frameworkOf,
  requirementOf,
  rolledUp,
  subjectOf,
  type Tried,
  test,
} from './roll-up-fixture.ts';

const both = elementsOf(['versions', 'certificate']);
const single = frameworkOf([requirementOf('1', { elements: both })]);
const versions = test('tls.a.versions', ['1/versions']);
const certificate = test('tls.a.certificate', ['1/certificate']);
const controls = [versions, certificate];

function first(tried: Partial<Tried>) {
  return rolledUp({ framework: single, controls, ...tried }).requirements.find(({ id }) => id === '1');
}

describe('no exceptions', () => {
  it('where every element is decided on every system', () => {
    expect(first({})).toEqual({
      id: '1',
      state: 'no-exceptions',
      controls: 2,
      passed: 2,
      failed: 0,
      unseen: 0,
      elements: { decided: 2, of: 2 },
    });
  });

  it('not with an element left', () => {
    expect(first({ controls: [versions] })).toMatchObject({
      state: 'partly-tested',
      elements: { decided: 1, of: 2 },
      undecided: ['certificate'],
    });
  });

  it.each<Reason>(['unseen', 'error', 'not-applicable'])('not with %s on one system of two', (reason) => {
    const subjects = [subjectOf('a'), subjectOf('b')];
    const verdict = (control: string, id: string): Reason =>
      control === versions.id && id === 'b' ? reason : 'pass';
    expect(first({ subjects, verdict })).toMatchObject({
      state: 'partly-tested',
      elements: { decided: 1, of: 2 },
      undecided: ['versions'],
    });
  });

  it('not with a system in scope that the scan never came to', () => {
    const scope = { subjects: [subjectOf('web'), subjectOf('z')] };
    expect(first({ scope })?.state).toBe('partly-tested');
  });

  it('not with a second test of the same element that saw nothing', () => {
    const more = [...controls, test('tls.a.more', ['1/versions'])];
    const verdict = (control: string): Reason => (control === 'tls.a.more' ? 'unseen' : 'pass');
    expect(first({ controls: more, verdict })).toMatchObject({ state: 'partly-tested', unseen: 1 });
  });

  it('with a full control alone, which gives its reason', () => {
    expect(first({ controls: [test('tls.a.full', ['1'])] })?.state).toBe('no-exceptions');
  });

  it('not with one partial control that names every element, nor where the only element is all there is', () => {
    expect(first({ controls: [test('tls.a.greedy', ['1/versions', '1/certificate'])] })).toMatchObject({
      state: 'partly-tested',
      elements: { decided: 2, of: 2 },
    });
    const only = frameworkOf([requirementOf('1', { elements: elementsOf(['versions']) })]);
    expect(first({ framework: only, controls: [versions] })?.state).toBe('partly-tested');
  });

  it.each(testabilities.filter((one) => one === 'assisted' || one === 'manual'))(
    'never for %s',
    (testability) => {
      const framework = frameworkOf([requirementOf('1', { elements: both, testability })]);
      expect(first({ framework })).toMatchObject({ state: 'partly-tested', elements: { decided: 2, of: 2 } });
    },
  );

  it('never without elements', () => {
    const bare = frameworkOf([requirementOf('1')]);
    expect(first({ framework: bare, controls: [test('tls.a.full', ['1']), versions] })).toMatchObject({
      state: 'partly-tested',
    });
  });

  it.each<[string, Partial<Selection>]>([
    ['controls', { controls: ['tls'] }],
    ['severity', { severity: 'high' }],
    ['tags', { tags: ['cde'] }],
  ])('never in a scan narrowed by %s', (limit, narrowed) => {
    const selection = { ...everything, ...narrowed };
    const result = rolledUp({ framework: single, controls, selection });
    expect(result).toMatchObject({ limits: [limit], states: { 'no-exceptions': 0, 'partly-tested': 1 } });
  });

  it('not by parameters looser than the default', () => {
    expect(first({ loosened: [versions.id] })).toMatchObject({
      state: 'partly-tested',
      undecided: ['versions'],
      loosened: [versions.id],
    });
  });

  it('not with a control that a profile leaves out, nor in a profile that selects less than all', () => {
    const select = { profile: 'p', frameworks: [], controls: [], severity: 'low' } as const;
    const excluded = {
      ...{ control: 'tls.a.third', title: '', reason: 'risk', profile: 'p' },
      requirements: [{ framework: 'demo', id: '1' }],
    };
    const tailoring = { profiles: [], selects: [select], excluded: [] };
    const states = (scope: Partial<Scope>) => rolledUp({ framework: single, controls, scope });
    expect(states({ tailoring }).states['no-exceptions']).toBe(1);
    expect(states({ tailoring: { ...tailoring, excluded: [excluded] } }).states['partly-tested']).toBe(1);
    const notAskedFor = [{ ...excluded, probe: 'flaws' as const }];
    expect(states({ notAskedFor }).states['partly-tested']).toBe(1);
    for (const less of [{ controls: ['tls.a'] }, { severity: 'high' as const }, { frameworks: ['gdpr'] }]) {
      const selects = [{ ...select, ...less }];
      expect(states({ tailoring: { ...tailoring, selects } })).toMatchObject({
        limits: ['profile'],
        states: { 'partly-tested': 1 },
      });
    }
  });

  it('in a scan narrowed to the whole boundary', () => {
    const subjects = [subjectOf('a', 'tls-endpoint', ['cde'])];
    const bounded = { ...audit, boundaryTags: ['cde'] };
    const selection = { ...everything, tags: ['cde'] };
    expect(first({ subjects, audit: bounded, selection })?.state).toBe('no-exceptions');
  });

  it('never where no audit was declared', () => {
    const result = rolledUp({
      framework: single,
      controls,
      audit: { framework: 'demo', boundaryTags: [] },
    });
    expect(result).toMatchObject({ limits: ['not-declared'], states: { 'partly-tested': 1 } });
  });
});

describe('kinds of system', () => {
  const kinds = ['tls-endpoint', 'postgres-server'];
  const framework = frameworkOf([
    requirementOf('1', { elements: elementsOf(['encryption', 'certificate'], kinds) }),
  ]);
  const tls = [test('tls.a.b', ['1/encryption']), test('tls.a.c', ['1/certificate'])];
  const web = subjectOf('web');
  const db = subjectOf('db', 'postgres-server');

  it('one that nothing in scope is of is named, and does not count', () => {
    expect(first({ framework, controls: tls, subjects: [web] })).toMatchObject({
      state: 'no-exceptions',
      kindsNotInScope: ['postgres-server'],
    });
  });

  it('one in scope without a test leaves the element open', () => {
    expect(first({ framework, controls: tls, subjects: [db, web] })).toMatchObject({
      state: 'partly-tested',
      undecided: ['encryption', 'certificate'],
    });
  });

  it('full decides all elements, of its own kind only', () => {
    const full = [test('tls.a.full', ['1']), test('postgres.a.full', ['1'], 'postgres-server')];
    expect(first({ framework, controls: full, subjects: [db, web] })?.state).toBe('no-exceptions');
    expect(first({ framework, controls: full.slice(0, 1), subjects: [db, web] })?.state).toBe(
      'partly-tested',
    );
  });

  it('one that assay cannot look at leaves the element open: nobody could have declared it', () => {
    const wide = frameworkOf([
      requirementOf('1', {
        elements: elementsOf(['encryption', 'certificate'], ['tls-endpoint', 'mainframe']),
      }),
    ]);
    expect(first({ framework: wide, controls: tls, subjects: [web] })).toMatchObject({
      state: 'partly-tested',
      kindsNotInScope: ['mainframe'],
      elements: { decided: 0, of: 2 },
    });
  });

  it('HTTP behind an https target is in scope, whether or not a test was about it', () => {
    const elements = elementsOf(['encryption', 'certificate'], ['tls-endpoint', 'http-api']);
    const wide = frameworkOf([requirementOf('1', { elements })]);
    const endpoint = { ...web, targetId: 'web' };
    const target = { id: 'web', http: { paths: ['/'] } } as unknown as Scope['targets'][number];
    const scope = { targets: [target] };
    const open = first({ framework: wide, controls: tls, subjects: [endpoint], scope });
    expect(open).toMatchObject({ state: 'partly-tested', undecided: ['encryption', 'certificate'] });
    expect(open?.kindsNotInScope).toBeUndefined();
    const both = [...tls, test('http.a.full', ['1'], 'http-api')];
    const subjects = [endpoint, sideOf(endpoint, 'http-api')];
    expect(first({ framework: wide, controls: both, subjects, scope })?.state).toBe('no-exceptions');
    expect(first({ framework: wide, controls: tls, subjects: [endpoint] })?.state).toBe('no-exceptions');
  });

  it('the organisation, of which nothing is known, leaves the element open', () => {
    const elements = elementsOf(['encryption', 'certificate'], ['tls-endpoint', 'organisation']);
    const wide = frameworkOf([requirementOf('1', { elements })]);
    expect(first({ framework: wide, controls: tls, subjects: [web] })?.state).toBe('partly-tested');
    const whole = [...tls, test('scope.a.full', ['1'], 'organisation')];
    const subjects = [subjectOf('~organisation', 'organisation'), web];
    expect(first({ framework: wide, controls: whole, subjects })?.state).toBe('no-exceptions');
  });

  it('none of them in scope decides nothing', () => {
    expect(first({ framework, controls: tls, subjects: [] })).toMatchObject({
      state: 'not-tested',
      elements: { decided: 0, of: 2 },
    });
  });
});

describe('what stands under a requirement', () => {
  const child = (id: string, more: Partial<Requirement> = {}): Requirement =>
    requirementOf(id, { parent: 'P', elements: elementsOf(['a', 'b']), ...more });
  const tests = (id: string) => [test(`tls.${id}.a`, [`${id}/a`]), test(`tls.${id}.b`, [`${id}/b`])];
  const parent = (more: Partial<Requirement> = {}) =>
    requirementOf('P', { aggregatesChildren: true, ...more });
  const stateOf = (tried: Tried) => rolledUp(tried).requirements.find(({ id }) => id === 'P');

  it('no exceptions only where all of it is', () => {
    const framework = frameworkOf([parent(), child('x'), child('y')]);
    expect(stateOf({ framework, controls: [...tests('x'), ...tests('y')] })).toMatchObject({
      state: 'no-exceptions',
      children: { 'no-exceptions': 2 },
    });
    expect(stateOf({ framework, controls: tests('x') })).toMatchObject({
      state: 'partly-tested',
      children: { 'no-exceptions': 1, 'not-tested': 1 },
    });
  });

  it('one exception is an exception of the criterion', () => {
    const framework = frameworkOf([parent(), child('x'), child('y')]);
    const verdict = (control: string): Reason => (control === 'tls.y.b' ? 'fail' : 'pass');
    expect(stateOf({ framework, controls: [...tests('x'), ...tests('y')], verdict })?.state).toBe(
      'exceptions',
    );
  });

  it.each<[Requirement['testability'], RequirementState]>([
    ['manual', 'partly-tested'],
    ['assisted', 'partly-tested'],
    ['automated', 'no-exceptions'],
  ])('a criterion that is itself %s becomes %s', (testability, state) => {
    const framework = frameworkOf([parent({ testability }), child('x')]);
    expect(stateOf({ framework, controls: tests('x') })?.state).toBe(state);
  });

  it('goes through headings, and leaves out what does not apply', () => {
    const framework = frameworkOf([
      parent(),
      requirementOf('H', { parent: 'P', testability: 'rollup' }),
      child('x', { parent: 'H' }),
      child('y', { appliesTo: ['issuer'] }),
    ]);
    const result = stateOf({ framework, controls: tests('x'), audit: { ...audit, role: 'merchant' } });
    expect(result).toMatchObject({ state: 'no-exceptions', children: { 'no-exceptions': 1 } });
  });

  it('does not count where the tree does not say so', () => {
    const framework = frameworkOf([requirementOf('P', { testability: 'manual' }), child('x')]);
    const verdict = (): Reason => 'fail';
    expect(rolledUp({ framework, controls: tests('x'), verdict }).states).toMatchObject({
      exceptions: 1,
      'needs-document': 1,
    });
  });
});

it('leaves out what a role or a category is not about, and says why', () => {
  const framework = frameworkOf([
    requirementOf('1', { elements: both, appliesTo: ['issuer'] }),
    requirementOf('2', { category: 'privacy' }),
    requirementOf('3', { category: 'availability' }),
    requirementOf('4'),
  ]);
  const narrow = { ...audit, role: 'merchant', categories: ['availability'] };
  const { states, requirements } = rolledUp({ framework, controls, audit: narrow, verdict: () => 'fail' });
  expect(states).toMatchObject({ 'not-applicable': 2, 'not-tested': 2, exceptions: 0 });
  expect(requirements.map(({ id, outside }) => [id, outside])).toEqual([
    ['1', 'role'],
    ['2', 'category'],
  ]);
  const whole = rolledUp({ framework, controls: [] });
  expect(whole.states['not-applicable']).toBe(0);
});

const document: Document = {
  name: 'their report',
  sha256: 'a'.repeat(64),
  date: '2026-01-01',
  expires: '2026-12-31',
};

describe('third party', () => {
  const manual = frameworkOf([requirementOf('1', { testability: 'manual' })]);
  const declared = (remaining: readonly string[]): Partial<Scope> => ({
    thirdParties: [{ framework: 'demo', requirements: ['1'], party: 'Hoster', document, remaining }],
  });
  const ours = test('tls.a.ours', []);

  it('with a document in force, and nothing left to do', () => {
    expect(first({ framework: manual, controls: [], scope: declared([]) })).toMatchObject({
      state: 'third-party',
      thirdParty: { party: 'Hoster', document, current: true, remaining: [] },
    });
  });

  it.each<[string, RequirementState]>([
    ['2026-12-31T23:59:59.999Z', 'third-party'],
    ['2027-01-01T00:00:00.000Z', 'needs-document'],
    ['2025-12-31T23:59:59.999Z', 'needs-document'],
  ])('judged at %s is %s', (judgedAt, state) => {
    const result = first({ framework: single, controls: [], scope: declared([]), judgedAt });
    expect(result).toMatchObject({ state, thirdParty: { current: state === 'third-party' } });
  });

  it.each<[Reason, RequirementState, Partial<RemainingControl>]>([
    ['pass', 'third-party', { passed: 1, closed: true }],
    ['fail', 'exceptions', { failed: 1, closed: false }],
    ['unseen', 'not-tested', { unseen: 1, closed: false }],
    ['not-applicable', 'not-tested', { passed: 0, closed: false }],
  ])('what remains with the organisation: %s makes it %s', (reason, state, remaining) => {
    const scope = declared([ours.id]);
    expect(first({ framework: manual, controls: [ours], scope, verdict: () => reason })).toMatchObject({
      state,
      thirdParty: { remaining: [{ id: ours.id, ...remaining }] },
    });
  });

  it('a remaining control that was not selected is open', () => {
    expect(first({ framework: manual, controls: [], scope: declared([ours.id]) })?.state).toBe('not-tested');
  });

  it('a remaining control with looser parameters is open', () => {
    const scope = declared([ours.id]);
    expect(first({ framework: manual, controls: [ours], scope, loosened: [ours.id] })).toMatchObject({
      state: 'partly-tested',
      thirdParty: { remaining: [{ id: ours.id, passed: 1, closed: false }] },
    });
  });

  it('a narrowed scan closes nothing that remains, and leaves alone what wholly is somebody else’s', () => {
    const selection = { ...everything, tags: ['cde'] };
    const narrowed = { framework: manual, controls: [ours], selection };
    expect(first({ ...narrowed, scope: declared([ours.id]) })?.state).toBe('partly-tested');
    expect(first({ ...narrowed, scope: declared([]) })?.state).toBe('third-party');
  });

  it('does not hide that a test of its own saw nothing', () => {
    expect(first({ scope: declared([]), verdict: () => 'unseen' })?.state).toBe('not-tested');
  });

  it('with tests of its own that passed, above what was not tested, is partly tested', () => {
    const framework = frameworkOf([
      requirementOf('1', { elements: both, aggregatesChildren: true }),
      requirementOf('1.1', { parent: '1' }),
    ]);
    expect(first({ framework, scope: declared([]) })?.state).toBe('partly-tested');
  });

  it('does not hide exceptions found here', () => {
    expect(first({ scope: declared([]), verdict: () => 'fail' })?.state).toBe('exceptions');
  });
});

describe('a documented alternative', () => {
  const scope: Partial<Scope> = {
    alternatives: [{ framework: 'demo', requirement: '1', reason: 'kiosk', approvedBy: 'CISO', document }],
  };
  const addressable = frameworkOf([requirementOf('1', { elements: both, kind: 'addressable' })]);
  const failed = { framework: addressable, scope, verdict: (): Reason => 'fail' };

  it('turns exceptions of an addressable specification into a document to be weighed; they stay counted', () => {
    expect(first(failed)).toMatchObject({
      state: 'needs-document',
      failed: 2,
      alternative: { reason: 'kiosk', approvedBy: 'CISO', document, current: true },
    });
  });

  it('not once it expired', () => {
    expect(first({ ...failed, judgedAt: '2027-06-01T00:00:00.000Z' })).toMatchObject({
      state: 'exceptions',
      alternative: { current: false },
    });
  });

  it('not for what is required', () => {
    expect(first({ ...failed, framework: single })?.state).toBe('exceptions');
  });

  it('changes nothing where there is no exception', () => {
    expect(first({ framework: addressable, scope })?.state).toBe('no-exceptions');
    expect(first({ framework: addressable, scope, controls: [] })?.state).toBe('not-tested');
  });
});

const trees = await loadFrameworks();
const everyKind = subjectKinds.map((kind) => subjectOf(`one-${kind}`, kind));

describe.each(trees)('$id', (framework) => {
  const assessable = framework.requirements.filter(({ testability }) => testability !== 'rollup');

  it('no requirement is made green by one passing partial control, whatever it names', () => {
    for (const { id, elements = [] } of assessable) {
      const named = elements.map((element) => `${id}/${element.id}`);
      for (const links of [...named.map((link) => [link]), [...named, `${id}/any`]]) {
        for (const { kind } of everyKind) {
          const one = test('tls.a.one', links, kind, framework.id);
          const subjects = everyKind.filter((each) => each.kind === kind);
          const { states } = rolledUp({ framework, controls: [one], subjects });
          expect([id, links, kind, states['no-exceptions']]).toEqual([id, links, kind, 0]);
        }
      }
    }
  });

  it('the states sum to the denominator, whatever the tests say', () => {
    const reasons: readonly Reason[] = ['pass', 'fail', 'unseen', 'error', 'not-applicable'];
    const linked = fc.subarray(
      assessable.map(({ id }) => id),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(linked, fc.array(fc.constantFrom(...reasons), { minLength: 1 }), (ids, verdicts) => {
        const tests = ids.map((id, at) => test(`tls.a.t${at}`, [id], 'tls-endpoint', framework.id));
        const verdict = (control: string): Reason =>
          verdicts[Number(control.slice('tls.a.t'.length)) % verdicts.length] ?? 'unseen';
        const { states, assessable: of } = rolledUp({ framework, controls: tests, verdict });
        expect(of).toBe(assessable.length);
        expect(Object.values(states).reduce((sum, one) => sum + one, 0)).toBe(of);
      }),
      { numRuns: 40 },
    );
  });
});
