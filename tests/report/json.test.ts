import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { reportInput } from './fixture.ts';

describe('renderJson', () => {
  it('holds the assessment and all findings, unchanged', () => {
    const input = reportInput();
    const document = JSON.parse([...renderJson(input)].join(''));
    expect(document).toEqual({
      assessment: input.assessment,
      bundle: {
        fingerprint: input.seal.fingerprint,
        name: input.bundleName,
        signature: { kind: 'unsigned' },
      },
      findings: [...input.findings()],
      format: 0,
    });
  });

  it('sorts keys and escapes what acts on a terminal', () => {
    const text = [...renderJson(reportInput())].join('');
    expect(text.indexOf('"audits"')).toBeLessThan(text.indexOf('"controls"'));
    expect(text).toContain('user\\u202egpj.exe\\u2066');
    expect(text).toContain('\\u009b31mred');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  it('is valid without findings', () => {
    const input = { ...reportInput(), findings: () => [] };
    expect(JSON.parse([...renderJson(input)].join('')).findings).toEqual([]);
  });
});
