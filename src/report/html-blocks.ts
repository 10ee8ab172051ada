import type { Reason, Severity } from '../model/index.ts';
import type { Block, Column, Fact, FindingBlock, Table } from './block.ts';
import { visible, visibleLines } from './visible.ts';
import { isSeverity, reasonWords, severityWords } from './words.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from anywhere as HTML text or a quoted attribute value. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function lines(text: string): string {
  return visibleLines(text).map(escaped).join('\n');
}

export function* blockHtml(block: Block): Iterable<string> {
  switch (block.kind) {
    case 'group':
      yield groupHtml(block);
      return;
    case 'heading':
      yield `<h3>${escaped(block.title)}</h3>\n`;
      return;
    case 'paragraph':
      yield `<p${block.tone === undefined ? '' : ` class="${block.tone}"`}>${escaped(block.text)}</p>\n`;
      return;
    case 'facts':
      yield factsHtml(block.facts);
      return;
    case 'steps':
      yield `<ol>${block.steps.map(({ text, code }) => `<li>${escaped(text)}<pre>${lines(code)}</pre></li>`).join('\n')}</ol>\n`;
      return;
    case 'finding':
      yield* findingHtml(block);
      return;
    case 'table':
      yield* tableHtml(block);
  }
}

function stateHtml(state: Reason): string {
  return `<span class="badge ${state}">${reasonWords[state]}</span>`;
}

function severityHtml(severity: Severity): string {
  return `<span class="badge ${severity}">${severityWords[severity]}</span>`;
}

function groupHtml(block: Extract<Block, { kind: 'group' }>): string {
  const severity = block.severity === undefined ? '' : `${severityHtml(block.severity)} `;
  const subtitle = block.subtitle === undefined ? '' : `<p class="sub">${escaped(block.subtitle)}</p>`;
  return `<h3 class="group">${severity}${escaped(block.title)}</h3>${subtitle}\n`;
}

function factsHtml(facts: readonly Fact[]): string {
  const rows = facts.map(
    (fact) =>
      `<div><dt>${escaped(fact.label)}</dt>${fact.values.map((value) => valueHtml(fact, value)).join('')}</div>`,
  );
  return `<dl>${rows.join('\n')}</dl>\n`;
}

function valueHtml({ style }: Fact, value: string): string {
  if (style === 'code') return `<dd><pre>${lines(value)}</pre></dd>`;
  const text = lines(value);
  return `<dd>${style === 'strong' ? `<strong>${text}</strong>` : text}</dd>`;
}

function* findingHtml(block: FindingBlock): Iterable<string> {
  const subtitle = block.subtitle === '' ? '' : `<span class="sub">${escaped(block.subtitle)}</span>`;
  yield `<article data-state="${block.state}"><h4>${stateHtml(block.state)} ${escaped(block.title)} ${subtitle}</h4>\n`;
  yield `<p>${escaped(block.message)}</p>\n`;
  if (block.items !== undefined) yield* tableHtml(block.items);
  yield `${factsHtml(block.facts)}</article>\n`;
}

function* tableHtml({ caption, columns, rows, state, totalled }: Table): Iterable<string> {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => `w${Math.round((share / shares) * 20) * 5}`);
  const heads = columns.map(
    ({ title, style }, at) =>
      `<th scope="col" class="${widths[at]}${style === 'number' ? ' number' : ''}">${escaped(title)}</th>`,
  );
  const rowTag = state === undefined ? '<tr>' : `<tr data-state="${state}">`;
  yield `<div class="scroll"><table${totalled ? ' class="totalled"' : ''}><caption>${escaped(caption)}</caption><thead><tr>${heads.join('')}</tr></thead><tbody>\n`;
  for (const row of rows) {
    yield `${rowTag}${columns.map((column, at) => cellHtml(column, row[at] ?? '')).join('')}</tr>\n`;
  }
  yield '</tbody></table></div>\n';
}

function cellHtml({ style }: Column, text: string): string {
  switch (style) {
    case 'code':
      return `<td class="code">${lines(text)}</td>`;
    case 'number':
      return `<td class="number">${escaped(text)}</td>`;
    case 'strong':
      return `<td><strong>${escaped(text)}</strong></td>`;
    case 'severity':
      return `<td>${isSeverity(text) ? severityHtml(text) : escaped(text)}</td>`;
    default:
      // Line breaks are the report's own: those of a target are made visible before they come here.
      return `<td>${lines(text).replaceAll('\n', '<br>')}</td>`;
  }
}
