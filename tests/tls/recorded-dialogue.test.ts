import { describe, expect, test } from 'vitest';
import { type Dialogue, inParallel, type Probing, say, type Talk, together } from '../../src/tls/exchange.ts';
import {
  type DialogueEvidence,
  dialogueEvidence,
  type RecordedDialogue,
  replay,
  retell,
} from '../../src/tls/recorded-dialogue.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';

const random = seededRandom(Buffer.alloc(32, 1));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bytes = (words: string): Uint8Array => Buffer.from(words);

function question(label: string, send: Uint8Array = random(label, 4)): Dialogue<string> {
  function* talk(): Talk<string> {
    const first = yield* say({ send, until: () => true });
    const second = yield* say({ send: bytes(`got ${text(first.received)}`), until: () => true });
    return `${text(first.received)} ${text(second.received)} ${second.ended}`;
  }
  return { label, talk };
}

function* inquiry(labels: readonly string[]): Probing<readonly string[]> {
  const first = yield* inParallel(labels.map((label) => question(label)));
  const last = yield* inParallel([question(`last after ${first.join()}`)]);
  return [...first, ...last];
}

const recorded = (label: string, brief = false): RecordedDialogue => ({
  label,
  brief,
  steps: [
    { sent: random(label, 4), received: bytes('yes'), receivedBytes: 3, ended: 'complete' },
    { sent: bytes('got yes'), received: bytes('and no'), receivedBytes: 6, ended: 'complete' },
  ],
});
const last = 'last after yes and no complete,yes and no complete';
const evidence = (brief = false): DialogueEvidence[] =>
  ['a', 'b', last].map((label) => dialogueEvidence(recorded(label, brief)));

describe('evidence replays to the same result', () => {
  test.each([false, true])('brief: %s', (brief) => {
    expect(replay(inquiry(['a', 'b']), evidence(brief))).toEqual(Array(3).fill('yes and no complete'));
  });

  test.each([false, true])('unless other bytes were sent (brief: %s)', (brief) => {
    const other = evidence(brief).map((dialogue) => ({
      ...dialogue,
      label: dialogue.label === 'a' ? 'b' : 'a',
    }));
    expect(() => replay(inquiry(['a', 'b']), other)).toThrow('expected the bytes that follow from the seed');
  });

  test('unless another answer leads to another question', () => {
    const changed = evidence().map((dialogue) => ({
      ...dialogue,
      steps: dialogue.steps.map((step, index) => (index === 1 ? { ...step, received: '00' } : step)),
    }));
    expect(() => replay(inquiry(['a', 'b']), changed)).toThrow('expected the connection "last after');
  });
});

test('a connection that broke says nothing more, and why', () => {
  const broken = { ...recorded('a'), steps: [{ ...recorded('a').steps[0]!, ended: 'reset' as const }] };
  expect(retell(question('a'), broken)).toBe('yes  reset');
});

test('inquiries at the same time each get their own answers', () => {
  const labels: string[][] = [];
  const both = together([inquiry(['a', 'b']), inquiry(['c']), inquiry([])]);
  let state = both.next();
  while (!state.done) {
    labels.push(state.value.map(({ label }) => label));
    state = both.next(state.value.map(({ label }) => `re ${label}`));
  }
  expect(labels).toEqual([
    ['a', 'b', 'c', 'last after '],
    ['last after re a,re b', 'last after re c'],
  ]);
  expect(state.value.map((own) => own.at(-1))).toEqual([
    're last after re a,re b',
    're last after re c',
    're last after ',
  ]);
});

test('the same seed and label give the same bytes, another of either gives others', () => {
  const draw = (seed: number, label: string): string =>
    Buffer.from(seededRandom(Buffer.alloc(32, seed))(label, 100)).toString('hex');
  expect(draw(1, 'a')).toBe(draw(1, 'a'));
  expect(new Set([draw(1, 'a'), draw(1, 'b'), draw(2, 'a')]).size).toBe(3);
  expect(draw(1, 'a')).toHaveLength(200);
});
