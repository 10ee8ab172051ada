import { describe, expect, test } from 'vitest';
import { leaveUnasked } from '../../src/cli/asked-for.ts';
import { loadLibrary } from '../../src/cli/library.ts';
import type { LoadedControl } from '../../src/config/load-control.ts';
import type { ProbeGroup, Selection, Tailoring } from '../../src/model/index.ts';
import { assay } from './terminal.ts';

const { controls } = await loadLibrary();
const [plain, first, second] = controls as unknown as [LoadedControl, LoadedControl, LoadedControl];

function inGroup(loaded: LoadedControl, probe: ProbeGroup): LoadedControl {
  const { source } = loaded;
  return {
    ...loaded,
    source: { ...source, control: { ...source.control, aliases: ['old.name.of-it'], probe } },
  };
}

const selected = [plain, inGroup(first, 'flaws'), inGroup(second, 'exhaustive')];
const idOf = ({ source }: LoadedControl): string => source.control.id;
const everything: Selection = { frameworks: [], controls: [], tags: [], severity: 'low' };
const kept = (selection: Partial<Selection>, tailoring?: Tailoring): string[] =>
  leaveUnasked(selected, { ...everything, ...selection }, tailoring).controls.map(idOf);

describe('a control of a group', () => {
  test('is left out and told of where nobody asked for it', () => {
    const { notAskedFor } = leaveUnasked(selected, everything, undefined);
    expect(kept({})).toEqual([idOf(plain)]);
    expect(notAskedFor.map(({ control, probe }) => [control, probe])).toEqual([
      [idOf(first), 'flaws'],
      [idOf(second), 'exhaustive'],
    ]);
    const decided = Object.values(first.source.control.satisfies).flat();
    const deciding = decided.filter(({ strength }) => strength !== 'supporting');
    expect(notAskedFor[0]?.requirements.map(({ id }) => id)).toEqual(deciding.map(({ id }) => id));
  });

  test.each<[string, Partial<Selection>]>([
    ['its group', { probes: ['flaws'] }],
    ['its id', { controls: [idOf(first)] }],
    ['its alias', { controls: ['old.name.of-it'] }],
  ])('is selected by %s', (_, selection) => {
    expect(kept(selection)).toContain(idOf(first));
  });

  test('is not selected by the beginning of its id', () => {
    expect(kept({ controls: [idOf(first).split('.')[0] as string] })).toEqual([idOf(plain)]);
  });

  test('is selected by a profile that names it', () => {
    const select = { profile: 'p', frameworks: [], controls: [idOf(second)], severity: 'low' } as const;
    expect(kept({}, { profiles: [], selects: [select], excluded: [] })).toEqual([idOf(plain), idOf(second)]);
  });
});

test('where nothing else is left, the scan says how to ask', () => {
  expect(() => leaveUnasked(selected.slice(1), everything, undefined)).toThrow(
    'expected a selection that leaves a control, got only such as have to be asked for (flaws,exhaustive)',
  );
});

test('a group that there is not is refused', async () => {
  const { exitCode, stderr } = await assay(['scan', 'tls://127.0.0.1:1', '--probe', 'flaw']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('expected flaws or exhaustive or revocation');
});
