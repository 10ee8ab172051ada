import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { htmlAssets } from './assets.ts';
import { hostile, reportInput } from './fixture.ts';

const html = [...renderHtml(reportInput(), htmlAssets)].join('');
const sourceHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('renderHtml', () => {
  it('allows its own style and script and nothing else', () => {
    expect(html).toContain(
      `content="default-src 'none'; style-src ${sourceHash(htmlAssets.css)}; script-src ${sourceHash(htmlAssets.js)}; base-uri 'none'; form-action 'none'"`,
    );
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain(`<script>${htmlAssets.js}</script>`);
    expect(html).not.toMatch(/ (style|on\w+|src)=["']/);
    expect(html.match(/href="[^#"]/g)).toBeNull();
  });

  it('shows what a target says as text', () => {
    expect(html).toContain(
      '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=alert(2)&gt;',
    );
    expect(html).toContain('user&lt;U+202E&gt;gpj.exe&lt;U+2066&gt;&lt;U+200B&gt;');
    expect(html).toContain('(6201 more characters)');
    for (const character of hostile.terminal.replace(/[ -~\r\n]/g, '')) expect(html).not.toContain(character);
  });

  it('breaks the lines of a cell that are its own, and none of a target', () => {
    expect(html).toContain('Protection of data on open networks<br>not decided: cipher-suites, ');
    expect(html).toContain('<td>under it: 1 not tested, 2 need a document</td>');
    expect(html).not.toMatch(/U\+000A&gt;(?!Exit code 0)/);
  });

  it('has a section for everything, without a script', () => {
    const ids = [...html.matchAll(/<h2 id="([^"]+)">/g)].map(([, id]) => id);
    expect(ids).toEqual([
      'summary',
      'looked-at',
      'exceptions',
      'not-tested',
      'not-applicable',
      'no-exceptions',
      'parameters',
      'tests',
      'queries',
      'requirements',
      'evidence',
      'legend',
    ]);
    for (const id of ids) expect(html).toContain(`<a href="#${id}">`);
    expect(html).toContain('<form id="filter" hidden');
  });

  it('gives every table a caption and heads, and says each state in words', () => {
    const tables = html.match(/<table/g) ?? [];
    expect(tables.length).toBeGreaterThan(8);
    expect(html.match(/<table[^>]*><caption>[^<]+<\/caption><thead><tr><th scope="col"/g)).toHaveLength(
      tables.length,
    );
    expect(html).toContain('<span class="badge unseen">not tested</span>');
    expect(html).toContain('<span class="badge fail">exceptions</span>');
  });

  it('says what the golden digest says, the same each time', async () => {
    const content = [...renderHtml(reportInput(), { css: '', js: '' })].join('');
    const digest = createHash('sha256').update(content).digest('hex');
    await expect(`${digest}\n`).toMatchFileSnapshot('../golden/report-html.sha256');
    expect([...renderHtml(reportInput(), htmlAssets)].join('')).toBe(html);
  });
});
