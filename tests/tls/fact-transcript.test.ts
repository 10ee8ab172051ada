import { expect, test } from 'vitest';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';

const whole = {
  address: '192.0.2.1',
  at: '2026-11-20T12:00:00.000Z',
  connections: [],
  host: 'host.test',
  port: 443,
  seed: '00'.repeat(32),
  roots: {
    trusted: { description: 'roots', sha256: 'ab', anchors: ['cd'] },
    public: { description: 'public', sha256: 'ab', anchors: [] },
  },
  logs: { published: '2026-08-29T13:39:10.000Z', logs: [] },
};

test('a transcript says when the look was, and what chains were held against', () => {
  expect(parseFactTranscript(JSON.stringify(whole))).toMatchObject({
    atMs: Date.parse(whole.at),
    roots: whole.roots,
    logs: whole.logs,
  });
});

test('evidence of another kind is none', () => {
  expect(parseFactTranscript('{"published": ""}')).toBeUndefined();
  expect(parseFactTranscript('[]')).toBeUndefined();
});

test.each<[string, string]>([
  ['no JSON', '{"seed": '],
  ['nothing', ''],
  ['a time that is none', JSON.stringify({ ...whole, at: 'yesterday' })],
  ['roots without public ones', JSON.stringify({ ...whole, roots: { trusted: whole.roots.trusted } })],
  [
    'roots named by something else than digests',
    JSON.stringify({
      ...whole,
      roots: { ...whole.roots, public: { description: 'p', sha256: 'ab', anchors: [7] } },
    }),
  ],
  ['logs without keys', JSON.stringify({ ...whole, logs: { ...whole.logs, logs: [{ name: 'one' }] } })],
])('%s is refused as no transcript', (_, text) => {
  expect(() => parseFactTranscript(text)).toThrow(expect.objectContaining({ code: 'ERR_TLS_REPLAY' }));
});
