import { describe, expect, test } from 'vitest';
import { loadLibrary } from '../src/cli/library.ts';
import { best, coverageDocument } from './coverage-document.ts';

const library = await loadLibrary();
const controls = library.controls.map(({ source }) => source.control);
const { frameworks } = library;

/** `npm run docs` runs this with `--update`, which writes the page. */
test('docs/coverage.md says what the controls can decide', async () => {
  await expect(coverageDocument(frameworks, controls)).toMatchFileSnapshot('../docs/coverage.md');
});

describe.each(frameworks)('$id', (framework) => {
  const { result } = best(framework, controls);
  const { states, assessable } = result;

  test('its numbers sum to the denominator', () => {
    expect(assessable).toBe(
      framework.requirements.filter(({ testability }) => testability !== 'rollup').length,
    );
    expect(
      states['no-exceptions'] + states['partly-tested'] + states['not-tested'] + states['needs-document'],
    ).toBe(assessable);
  });

  test('without controls nothing is decided, and each control takes away from what has no test', () => {
    const none = best(framework, []).result.states;
    expect([none['no-exceptions'], none['partly-tested']]).toEqual([0, 0]);
    expect(states['not-tested']).toBeLessThanOrEqual(none['not-tested']);
  });

  test('what people have to show is at most what the tree calls manual', () => {
    const manual = framework.requirements.filter(({ testability }) => testability === 'manual').length;
    expect(states['needs-document']).toBeLessThanOrEqual(manual);
  });
});
