import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderText, type TextOptions } from '../../src/report/text.ts';
import { columnsOf } from '../../src/report/text-layout.ts';
import { hostile, reportInput } from './fixture.ts';

const options: TextOptions = {
  bundlePath: './assay-adhoc-20261120T020000Z',
  reportPaths: [],
  width: 100,
  full: false,
};
/** Controls, lone surrogates, direction and zero-width characters. */
const acts = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u200b-\u200d]/u;
const [, , legacy] = reportInput().assessment.scope.subjects;
const oneSubject = [legacy!];

describe('renderText', () => {
  it('gives the golden short report', async () => {
    await expect(renderText(reportInput(), options)).toMatchFileSnapshot('../golden/report-short.txt');
  });

  it('gives the golden full report', async () => {
    const text = renderText(reportInput(), { ...options, full: true });
    await expect(text).toMatchFileSnapshot('../golden/report-full.txt');
  });

  it.each([40, 60, 80, 100, 200])(
    'keeps to 25 lines and %d columns, with path and exit line whole',
    (width) => {
      const lines = renderText(reportInput(), { ...options, width })
        .trimEnd()
        .split('\n');
      expect(lines.length).toBeLessThanOrEqual(25);
      expect(lines.at(-1)).toBe('exit code 3: exceptions at or above high');
      expect(lines).toContain('bundle: ./assay-adhoc-20261120T020000Z  DRAFT, UNSIGNED');
      const whole = /^(bundle|next|exit code|and \d+ more|\d+ with exceptions)/;
      for (const line of lines) if (!whole.test(line)) expect(columnsOf(line)).toBeLessThanOrEqual(width);
    },
  );

  it('shows four failures, the worst first, and counts the rest', () => {
    const input = reportInput();
    const findings = () => [...input.findings()].map((finding) => ({ ...finding, params: {} }));
    const lines = renderText({ ...input, findings }, options).split('\n');
    const severities = lines.flatMap((line) => /^(critical|high|medium|low) /.exec(line)?.[1] ?? []);
    expect(severities).toEqual(['critical', 'critical', 'critical', 'high']);
    expect(lines).toContain(`and 3 more: assay report ${options.bundlePath}`);
  });

  it('shows target, address, connections and time of a single system, and instructions unshortened', () => {
    const input = reportInput({ subjects: oneSubject });
    const text = renderText(input, { ...options, width: 80 });
    expect(text).toMatch(/^https:\/\/legacy\.example:443 {2}192\.0\.2\.10 {2}14 connections {2}3\.4 s$/m);
    expect(text).toContain('other products: assay controls show');
  });

  it('says what was not tested, why, and what to do, and never as a pass', () => {
    const input = reportInput({ subjects: oneSubject, verdict: () => 'unseen', unreached: ['legacy'] });
    const text = renderText(input, { ...options, width: 140 });
    expect(text).toContain('0 with exceptions, 3 not tested, 0 no exceptions');
    expect(text).toContain(
      'not tested, not a pass: 3 tests (ERR_CONNECTION_REFUSED): expected a connection to the address, got ECONNREFUSED',
    );
    expect(text).toContain('  do: Check that the service listens there');
  });

  it('goes on to verification where reports are there already, and names the signer', () => {
    const seal = { fingerprint: 'f'.repeat(64), signature: { kind: 'signed', keyId: 'kid-1' } } as const;
    const text = renderText(
      { ...reportInput(), seal },
      { ...options, bundlePath: 'my bundle', reportPaths: ['my bundle.pdf'] },
    );
    expect(text).toContain("next: assay verify 'my bundle'\n");
    expect(text).toContain('report: my bundle.pdf\n');
    expect(text).toContain('DRAFT, signed by kid-1\n');
  });

  it('marks text only through the given style', () => {
    const text = renderText(reportInput(), { ...options, style: (role, part) => `[${role}]${part}` });
    expect(text).toContain('[exceptions]7 with exceptions, [not-tested]4 not tested');
  });

  it('shows numbers of evidence as text, whatever they are', () => {
    const input = reportInput();
    const findings = () => [...input.findings()].map((each) => ({ ...each, evidence: [hostile.terminal] }));
    const shown = renderText({ ...input, findings }, { ...options, full: true });
    expect(shown).toContain('[<U+001B>[2J<U+001B>]0;owned');
    expect(shown.replaceAll('\n', '')).not.toMatch(acts);
  });

  it('lets no control or direction byte of a target through', () => {
    const text = renderText(reportInput(), { ...options, full: true, width: 400 });
    expect(text).toContain('<U+001B>[2J<U+001B>]0;owned<U+0007><U+009B>31mred<U+000D><U+000A>Exit code 0');
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(hostile)), fc.string({ unit: 'binary' }), (known, any) => {
        const bundlePath = `${known}${any}`;
        const shown = renderText(reportInput({ subjects: oneSubject }), { ...options, bundlePath });
        expect(shown.replaceAll('\n', '')).not.toMatch(acts);
        expect(shown.trimEnd().split('\n').at(-1)).toBe('exit code 3: exceptions at or above high');
      }),
    );
  });
});
