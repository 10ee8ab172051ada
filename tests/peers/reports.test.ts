import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';

let folder = '';
const path = (name: string): string => join(folder, name);
const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });

/** The reports of the demonstration: real systems, every kind of finding. */
beforeAll(async () => {
  const parent = temporaryFolder();
  folder = join(parent, 'demo');
  const env = { PATH: process.env['PATH'] ?? '' };
  const demo = await assay(['demo', '--out', folder], { cwd: parent, env });
  expect(demo, demo.stderr).toMatchObject({ exitCode: 0 });
  const json = await assay(['report', path('bundle'), '--format', 'json'], { cwd: parent, env });
  expect(json, json.stderr).toMatchObject({ exitCode: 0 });
});
afterAll(removeFolders);

const findings = (): readonly { readonly controlId: string; readonly reason: string }[] =>
  JSON.parse(readFileSync(path('bundle.json'), 'utf8')).findings;
const auditsOf = (): readonly { readonly framework: string }[] =>
  JSON.parse(readFileSync(path('bundle.json'), 'utf8')).assessment.scope.audits;
const words = (text: string): string => text.replace(/\s+/g, ' ');

describe('bundle.pdf', () => {
  const text = (first: number, last: number): string =>
    words(run('pdftotext', '-layout', '-f', String(first), '-l', String(last), path('bundle.pdf'), '-'));

  test('has no error of structure, by qpdf', () => {
    expect(run('qpdf', '--check', path('bundle.pdf'))).toContain('No syntax or stream encoding errors found');
  });

  test('carries every font that it uses', () => {
    const [, , ...fonts] = run('pdffonts', path('bundle.pdf')).trimEnd().split('\n');
    expect(fonts.map((line) => line.trim().split(/\s+/).slice(-5, -2))).toEqual(
      Array.from({ length: 3 }, () => ['yes', 'yes', 'yes']),
    );
  });

  test('is tagged, titled, and holds no program', () => {
    const info = run('pdfinfo', path('bundle.pdf'));
    expect(info).toMatch(/^Tagged: +yes$/m);
    expect(info).toMatch(/^JavaScript: +no$/m);
    expect(info).toMatch(/^Form: +none$/m);
    expect(info).toMatch(/^Title: +Compliance test report \(DRAFT\)$/m);
    expect(run('pdfinfo', '-js', path('bundle.pdf'))).toBe('');
    expect(run('pdfinfo', '-url', path('bundle.pdf')).trimEnd().split('\n')).toHaveLength(1);
  });

  test('says on page 1 what it is and of which bundle, before any finding', () => {
    const fingerprint = run('sha256sum', path('bundle/tagmanifest-sha256.txt')).slice(0, 64);
    const cover = text(1, 1);
    expect(cover).toContain('DRAFT');
    expect(cover).toContain(fingerprint);
    const ids = [...new Set(findings().map(({ controlId }) => controlId))];
    expect(ids.length).toBeGreaterThan(20);
    const [before, whole] = [text(1, 2), text(3, 999)];
    expect(ids.filter((id) => before.includes(id))).toEqual([]);
    expect(ids.filter((id) => !whole.includes(id))).toEqual([]);
  });

  test('says on page 2 all that an auditor reads first', () => {
    const page = text(2, 2);
    for (const { framework } of auditsOf()) expect(page).toContain(framework);
    for (const part of [
      'Frameworks',
      'Exceptions by severity',
      'What was not tested, and why',
      'What changed',
      'Verify in three steps',
      'The evidence gives these findings',
    ])
      expect(page).toContain(part);
    expect(text(3, 3)).not.toContain('Summary');
  });
});

test('bundle.json holds each finding of the bundle, by jq', () => {
  const sealed = run('jq', '--slurp', '--sort-keys', '.', path('bundle/data/findings.ndjson'));
  expect(run('jq', '--sort-keys', '.findings', path('bundle.json'))).toBe(sealed);
  expect(run('jq', '--sort-keys', '.assessment', path('bundle.json'))).toBe(
    run('jq', '--sort-keys', '.', path('bundle/data/assessment.json')),
  );
});

describe('bundle.html in Chromium', () => {
  /** What it printed, and what the page's console said. */
  function chromium(page: string, ...task: readonly string[]) {
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr'];
    const profile = `--user-data-dir=${path('chromium')}`;
    const { status, stdout, stderr } = spawnSync(
      '/usr/bin/chromium',
      [...options, profile, ...task, `file://${path(page)}`],
      { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, HOME: folder } },
    );
    expect(status, stderr).toBe(0);
    return { stdout, said: stderr.split('\n').filter((line) => line.includes(':CONSOLE:')) };
  }

  /** The page with other text in place of one part of it. */
  function altered(part: string | RegExp, replacement: string): string {
    const html = readFileSync(path('bundle.html'), 'utf8');
    const other = html.replace(part, () => replacement);
    expect(other).not.toBe(html);
    writeFileSync(path('altered.html'), other);
    return 'altered.html';
  }

  test('shows every finding and its filter, without a word on the console', () => {
    const { stdout, said } = chromium('bundle.html', '--dump-dom');
    expect(said).toEqual([]);
    // What was not tested for the same reason stands together.
    const concluded = findings().filter(({ reason }) => reason !== 'unseen');
    expect(stdout.match(/ data-state="(?!unseen)/g)).toHaveLength(concluded.length);
    for (const { controlId } of findings()) expect(stdout).toContain(controlId);
    expect(stdout).toContain('<form id="filter" aria-label');
  });

  test('runs no program but its own, and loads nothing', () => {
    const added = '<script>document.title="ran"</script><img src="file:///x.png" onerror="document.title=1">';
    const { stdout, said } = chromium(altered('</main>', `${added}</main>`), '--dump-dom');
    expect(stdout).toContain('<title>Compliance test report');
    expect(
      said.map((line) => /inline script|inline event handler|Loading the image/.exec(line)?.[0]),
    ).toEqual(['inline script', 'inline event handler', 'Loading the image']);
  });

  test('reads the same where scripts may not run', () => {
    const page = altered(/script-src '[^']+'/, "script-src 'none'");
    chromium(page, '--no-pdf-header-footer', `--print-to-pdf=${path('printed.pdf')}`);
    const printed = words(run('pdftotext', '-layout', path('printed.pdf'), '-'));
    expect(findings().filter(({ controlId }) => !printed.includes(controlId))).toEqual([]);
    expect(printed).not.toContain('Show findings');
    expect(chromium(page, '--dump-dom').stdout).toContain('<form id="filter" hidden');
  });
});
