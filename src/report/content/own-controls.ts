import type { OwnControl } from '../../model/index.ts';
import type { Block, FindingBlock } from '../block.ts';
import { type Judged, judged } from '../join.ts';
import { worstFirst } from '../order.ts';
import {
  type OwnControlResult,
  type OwnControlResults,
  ownControlResults,
  resultWords,
} from '../own-control-results.ts';
import type { ReportInput } from '../report-input.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { counted } from '../words.ts';
import { controlGroup, failureBlock } from './exceptions.ts';

/** The organisation's own controls, each with what its tests found. */
export function* ownControlsSection(input: ReportInput): Iterable<Block> {
  const { results, apart } = ownControlResults(input);
  const untested = results.filter(({ tests }) => tests.every(({ result }) => result === undefined));
  yield {
    kind: 'paragraph',
    text: `${counted(results.length, 'own control')}: ${counted(results.length - untested.length, 'has', 'have')} tests in this scan, ${counted(untested.length, 'has', 'have')} none. A test decides at most a part of an own control; a person concludes on the whole.`,
  };
  for (const result of results) yield* ownControlBlocks(result);
  yield* untestedBlocks(untested);
  yield* apartBlocks(apart);
}

function ownGroup(own: OwnControl): Block {
  return {
    kind: 'group',
    title: shown(`${own.id}: ${own.wording}`, 500),
    subtitle: shown(`${own.owner}, ${own.frequency}`, 300),
  };
}

function* ownControlBlocks({ own, tests }: OwnControlResult): Iterable<Block> {
  yield ownGroup(own);
  const requirements = own.requirements.map(({ framework, id }) => `${framework} ${id}`);
  if (requirements.length > 0)
    yield { kind: 'facts', facts: [{ label: 'Serves', values: [shown(requirements.join(', '), 500)] }] };
  if (tests.length === 0) {
    yield { kind: 'paragraph', text: 'No test stands under it: a person has to test it.', tone: 'warning' };
    return;
  }
  yield {
    kind: 'table',
    caption: `Tests under ${shown(own.id, 100)}`,
    columns: [
      { title: 'Test', share: 45 },
      { title: 'Severity', share: 12, style: 'severity' },
      { title: 'Result', share: 43 },
    ],
    rows: tests.map((test) => [
      `${shown(test.title, 200)}${test.title === test.id ? '' : ` (${test.id})`}`,
      test.result?.severity ?? '',
      shown(resultWords(test), 500),
    ]),
  };
}

function* untestedBlocks(untested: readonly OwnControlResult[]): Iterable<Block> {
  if (untested.length === 0) return;
  yield { kind: 'heading', title: 'Own controls without a test in this scan' };
  yield {
    kind: 'table',
    caption: 'Nothing here says anything of them',
    columns: [
      { title: 'Own control', share: 60, style: 'strong' },
      { title: 'Why', share: 40 },
    ],
    rows: untested.map(({ own, tests }) => [
      shown(`${own.id}: ${own.wording}`, 300),
      tests.length === 0 ? 'no test stands under it' : 'none of its tests was part of this scan',
    ]),
  };
}

function* apartBlocks(apart: OwnControlResults['apart']): Iterable<Block> {
  if (apart.length === 0) return;
  yield { kind: 'heading', title: 'Tests under no own control' };
  yield {
    kind: 'table',
    caption: 'Tests of this scan that no own control names',
    columns: [
      { title: 'Test', share: 57 },
      { title: 'Result', share: 43 },
    ],
    rows: apart.map((result) => [
      `${result.title} (${result.id})`,
      resultWords({ id: result.id, title: result.title, result }),
    ]),
  };
}

/** Everything that has exceptions, under the own controls that it is a test of; what is under several is in each. */
export function* exceptionsByOwnControl(input: ReportInput, { queries }: Tally): Iterable<Block> {
  const { results, apart } = ownControlResults(input);
  if (input.assessment.counts.fail === 0) {
    yield { kind: 'paragraph', text: 'No test found an exception. Read with what was not tested.' };
    return;
  }
  for (const { own, tests } of results) {
    const blocks = [...failuresOf(input, new Set(tests.map(({ id }) => id)), queries)];
    if (blocks.length === 0) continue;
    yield ownGroup(own);
    yield* blocks;
  }
  const rest = [...failuresOf(input, new Set(apart.map(({ id }) => id)), queries)];
  if (rest.length > 0) yield { kind: 'heading', title: 'Under no own control' };
  yield* rest;
}

function* failuresOf(
  input: ReportInput,
  ids: ReadonlySet<string>,
  queries: Tally['queries'],
): Iterable<Block> {
  const byControl = new Map<string, FindingBlock[]>();
  const links = new Map<string, Judged['finding']['requirements']>();
  for (const each of judged(input, ({ reason, controlId }) => reason === 'fail' && ids.has(controlId))) {
    const { controlId, requirements } = each.finding;
    const blocks = byControl.get(controlId) ?? [];
    blocks.push(failureBlock(each, queries, input.assessment));
    byControl.set(controlId, blocks);
    links.set(controlId, requirements);
  }
  for (const severity of worstFirst) {
    for (const result of input.assessment.controls) {
      const blocks = byControl.get(result.id);
      if (blocks === undefined || result.severity !== severity) continue;
      yield* controlGroup(input, result, links.get(result.id) ?? []);
      yield* blocks;
    }
  }
}
