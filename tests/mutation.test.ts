import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCases } from '../src/config/case-file.ts';
import { loadControl } from '../src/config/load-control.ts';
import { situationsOf } from '../src/config/run-cases.ts';
import { type MutationResult, mutate } from '../src/engine/mutation.ts';
import { judgeSituation } from '../src/engine/situation.ts';
import { facts } from '../src/facts/index.ts';
import { accuracyDocument, type TriedControl } from './accuracy-document.ts';
import { knowledge, library } from './control-cases.ts';

const tried = library.map(
  ({ loaded, file }): TriedControl => ({
    id: loaded.source.control.id,
    title: loaded.source.control.title,
    cases: file.cases,
    result: mutate(loaded.compiled, situationsOf(file), knowledge),
  }),
);

describe.each(tried)('$id', ({ result }) => {
  test('depends on every field that it reads, and its cases show it', () => {
    expect(unmoved(result)).toEqual([]);
    expect(result.fields.length).toBeGreaterThan(0);
  });

  test('does not pass where something that it rests on is lost', () => {
    expect(result.breaches).toEqual([]);
  });
});

/** `npm run docs` runs this with `--update`, which writes the page. */
test('docs/accuracy.md says what was tried', async () => {
  const others = JSON.parse(readFileSync(new URL('./golden/other-scanners.json', import.meta.url), 'utf8'));
  await expect(accuracyDocument(tried, others)).toMatchFileSnapshot('../docs/accuracy.md');
});

function unmoved({ fields }: MutationResult): readonly string[] {
  return fields.filter(({ moved }) => moved === 0).map(({ field }) => field);
}

const id = 'tls.protocol.tls13-offered';

function controlThat(expectation: string, more = '') {
  const text = `id: ${id}
version: 1
title: A control for this test
severity: low
subject: tls-endpoint
expect: '${expectation}'
${more}message: broken
remediation: { any: mend it }
references: []
proves: little
does-not-prove: much
satisfies: {}
`;
  return loadControl(`tls/${id}.yaml`, text, facts).compiled;
}

function casesOf(text: string) {
  return situationsOf(parseCases('cases.yaml', text));
}

const versions = casesOf(`
satisfied:
  - { name: both, facts: { tls.versions: { TLSv1.2: accepted, TLSv1.3: accepted } } }
not-satisfied:
  - { name: neither, facts: { tls.versions: { TLSv1.2: refused, TLSv1.3: refused } }, exceptions: [TLSv1.3] }
unseen:
  - { name: denied, facts: { tls.versions: unseen } }
`);

describe('what is found', () => {
  test('a field that decides nothing', () => {
    const idle = controlThat(
      'tls.versions["TLSv1.3"] == "accepted" && (tls.versions["TLSv1.2"] == "accepted" || true)',
    );
    expect(unmoved(mutate(idle, versions, knowledge))).toEqual(['tls.versions["TLSv1.2"]']);
  });

  test('a condition that no case tries', () => {
    const either = controlThat(
      'tls.versions["TLSv1.3"] == "accepted" || (tls.versions["TLSv1.2"] == "accepted" && tls.versions["TLSv1.1"] == "refused")',
    );
    const few = `
satisfied:
  - { name: new, facts: { tls.versions: { TLSv1.1: refused, TLSv1.2: accepted, TLSv1.3: accepted } } }
not-satisfied:
  - { name: old, facts: { tls.versions: { TLSv1.1: refused, TLSv1.2: refused, TLSv1.3: refused } }, exceptions: [TLSv1.3] }
unseen:
  - { name: denied, facts: { tls.versions: unseen } }
`;
    expect(unmoved(mutate(either, casesOf(few), knowledge))).toEqual(['tls.versions["TLSv1.1"]']);
    const old =
      '  - { name: half, facts: { tls.versions: { TLSv1.1: refused, TLSv1.2: accepted, TLSv1.3: refused } } }';
    const more = few.replace('\nnot-satisfied', `\n${old}\nnot-satisfied`);
    expect(unmoved(mutate(either, casesOf(more), knowledge))).toEqual([]);
  });

  test('a field that no case has', () => {
    const { fields } = mutate(controlThat('tls.versions["SSLv3"] == "refused"'), versions, knowledge);
    expect(fields).toEqual([{ field: 'tls.versions["SSLv3"]', mutants: 0, moved: 0 }]);
  });

  test('a time that decides nothing', () => {
    const idle = controlThat(
      'tls.versions["TLSv1.3"] == "accepted" && observed.tls.versions > timestamp("1970-01-01T00:00:00Z")',
    );
    expect(unmoved(mutate(idle, versions, knowledge))).toEqual(['observed.tls.versions']);
  });

  test('a pass with a field removed, or a population emptied, by an engine with a defect', () => {
    const careless: typeof judgeSituation = (compiled, situation, known) => {
      const finding = judgeSituation(compiled, situation, known);
      return finding.reason === 'unseen' || finding.reason === 'error'
        ? { ...finding, reason: 'pass' }
        : finding;
    };
    const plain = mutate(controlThat('tls.versions["TLSv1.3"] == "accepted"'), versions, knowledge, careless);
    expect(plain.breaches).toEqual([
      { field: 'tls.versions["TLSv1.3"]', situation: 'both', change: 'removed' },
      { field: 'tls.versions["TLSv1.3"]', situation: 'neither', change: 'removed' },
    ]);
    const [populated] = library.filter(({ loaded }) => loaded.source.control.id === 'tls.cert.chain-trusted');
    const { breaches } = mutate(
      populated!.loaded.compiled,
      situationsOf(populated!.file),
      knowledge,
      careless,
    );
    const changes = new Set(breaches.map(({ field, change }) => `${field} ${change}`));
    expect(changes).toContain('tls.chain.paths emptied');
    expect(changes).toContain('tls.chain.paths removed');
    expect(changes).toContain('tls.chain.paths[].trusted removed');
  });
});
