import { createHash } from 'node:crypto';
import { coverFacts, coverNotices } from './content/cover.ts';
import { sectionsOf } from './content/document.ts';
import { blockHtml, escaped } from './html-blocks.ts';
import { reasonsInOrder } from './order.ts';
import type { ReportInput } from './report-input.ts';
import { tally } from './tally.ts';
import { reasonWords } from './words.ts';

/** Text of `reports/html.css` and `reports/html.js`. */
export interface HtmlAssets {
  readonly css: string;
  readonly js: string;
}

/** What is page 1 where there are pages: here the summary goes before it. */
const looked = { id: 'looked-at', title: 'What was looked at', blocks: coverFacts };

/** One self-contained page: nothing is loaded, and nothing but its own style and script may run (CSP level 2 hashes). */
export function* renderHtml(input: ReportInput, assets: HtmlAssets): Iterable<string> {
  const counts = tally(input);
  const [first, ...others] = sectionsOf(input, counts);
  const sections = first === undefined ? [] : [first, looked, ...others];
  yield head(input, assets);
  yield `<header><h1>Compliance test report</h1>\n`;
  for (const block of coverNotices(input)) yield* blockHtml(block);
  yield `</header>\n<nav aria-label="Sections"><ul>`;
  for (const { id, title } of sections) yield `<li><a href="#${id}">${escaped(title)}</a></li>`;
  yield `</ul></nav>\n${filterForm(input)}<main id="main">\n`;
  for (const { id, title, blocks } of sections) {
    yield `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(title)}</h2>\n`;
    for (const block of blocks(input, counts)) yield* blockHtml(block);
    yield '</section>\n';
  }
  yield `</main>\n<script>${assets.js}</script>\n</body></html>\n`;
}

function head({ assessment, seal }: ReportInput, { css, js }: HtmlAssets): string {
  const policy = [
    "default-src 'none'",
    `style-src ${sourceHash(css)}`,
    `script-src ${sourceHash(js)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const status = seal.signature.kind === 'unsigned' ? 'DRAFT, UNSIGNED' : 'DRAFT';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Compliance test report ${escaped(assessment.run.id)} (${status})</title>
<style>${css}</style></head><body>
<a class="skip" href="#main">Skip to the findings</a>
<p class="status">${status} · run ${escaped(assessment.run.id)}</p>
`;
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Hidden until the script shows it: without one there is nothing to filter with. */
function filterForm({ assessment }: ReportInput): string {
  const choices = reasonsInOrder
    .filter((reason) => assessment.counts[reason] > 0)
    .map(
      (reason) => `<label><input type="checkbox" value="${reason}" checked> ${reasonWords[reason]}</label>`,
    );
  return `<form id="filter" hidden aria-label="Filter findings"><fieldset><legend>Show findings</legend>${choices.join('\n')}
<label>containing <input id="words" type="search" autocomplete="off"></label></fieldset> <output id="shown" aria-live="polite"></output></form>
`;
}
