import type { Block, Fact, FindingBlock } from './block.ts';
import { leading, type Pen, page, pageWidth, type Type } from './pdf-pen.ts';
import { reasonColour, severityColour, type } from './pdf-style.ts';
import { drawTable } from './pdf-table.ts';
import { visibleLines } from './visible.ts';
import { reasonWords, severityWords } from './words.ts';

const labelWidth = 92;
const valueX = page.left + labelWidth;
const valueWidth = page.right - valueX;

export function drawBlock(pen: Pen, block: Block): void {
  switch (block.kind) {
    case 'group':
      drawGroup(pen, block);
      return;
    case 'heading':
      pen.ensure(90);
      pen.y += 8;
      drawText(pen, 'H2', block.title, type.heading);
      pen.y += 3;
      return;
    case 'paragraph':
      drawText(pen, 'P', block.text, block.tone === undefined ? type.body : type[block.tone]);
      pen.y += 5;
      return;
    case 'facts':
      drawFacts(pen, block.facts);
      return;
    case 'steps':
      block.steps.forEach((step, at) => {
        drawStep(pen, at + 1, step);
      });
      return;
    case 'finding':
      drawFinding(pen, block);
      return;
    case 'table':
      drawTable(pen, block);
  }
}

export function drawText(pen: Pen, tag: string, text: string, textType: Type, x: number = page.left): void {
  const element = pen.element(tag);
  pen.flow(element, pen.lines(text, textType, page.right - x), textType, x);
  element.end();
}

function drawGroup(pen: Pen, block: Extract<Block, { kind: 'group' }>): void {
  pen.ensure(120);
  pen.y += 10;
  pen.rule(pen.y, type.group.colour, 0.8);
  pen.y += 6;
  const element = pen.element('H2');
  const severity = block.severity;
  const badge =
    severity === undefined ? undefined : { text: severityWords[severity], colour: severityColour[severity] };
  drawTitle(pen, element, block.title, type.group, badge);
  if (severity !== undefined && block.state !== undefined)
    pen.doc.outline.addItem(pen.lines(block.title, type.group, 400)[0] ?? '');
  if (block.subtitle !== undefined) drawText(pen, 'P', block.subtitle, type.codeQuiet);
  pen.y += 4;
}

interface Badge {
  readonly text: string;
  readonly colour: string;
}

/** A title with a word in a box before it: the state is said, the colour only repeats it. */
function drawTitle(pen: Pen, element: Pen['parent'], title: string, titleType: Type, badge?: Badge): void {
  const badgeType: Type = { face: 'bold', size: 7.5, colour: badge?.colour ?? titleType.colour };
  const width = badge === undefined ? 0 : pen.width(badge.text, badgeType) + 8;
  const indent = width === 0 ? 0 : width + 7;
  const lines = pen.lines(title, titleType, pageWidth - indent);
  pen.flow(element, lines, titleType, page.left + indent, (baseline) => {
    if (badge === undefined) return;
    pen.box(page.left, baseline - badgeType.size - 1, width, badgeType.size + 4, badge.colour);
    pen.put(badge.text, badgeType, page.left + 4, baseline);
  });
  element.end();
}

function drawFacts(pen: Pen, facts: readonly Fact[]): void {
  for (const fact of facts) drawFact(pen, fact);
  pen.y += 4;
}

function drawFact(pen: Pen, { label, values, style }: Fact): void {
  const valueType = style === undefined ? type.body : type[style];
  const lines = values
    .flatMap((value) => visibleLines(value))
    .flatMap((line) => pen.lines(line, valueType, valueWidth));
  const labelLines = pen.lines(label, type.label, labelWidth - 10);
  pen.ensure(leading(type.body) * Math.max(labelLines.length, Math.min(lines.length, 3)));
  const element = pen.element('P');
  const top = pen.y;
  const pageBefore = pen.pages;
  pen.flow(element, lines, valueType, valueX, (baseline) => {
    labelLines.forEach((line, at) => {
      pen.put(line, type.label, page.left, baseline + at * leading(type.label));
    });
  });
  element.end();
  if (pen.pages === pageBefore) pen.y = Math.max(pen.y, top + labelLines.length * leading(type.label));
  pen.y += 2.5;
}

function drawFinding(pen: Pen, block: FindingBlock): void {
  pen.ensure(block.items === undefined ? 96 : 130);
  pen.y += 5;
  const element = pen.element('H3');
  const badge = { text: reasonWords[block.state], colour: reasonColour[block.state] };
  drawTitle(pen, element, block.title, type.heading, badge);
  if (block.subtitle !== '') drawText(pen, 'P', block.subtitle, type.codeQuiet);
  pen.y += 2;
  drawText(pen, 'P', block.message, type.body);
  pen.y += 4;
  if (block.items !== undefined) drawTable(pen, block.items);
  drawFacts(pen, block.facts);
  pen.y += 4;
}

function drawStep(
  pen: Pen,
  number: number,
  { text, code }: { readonly text: string; readonly code: string },
): void {
  pen.ensure(40);
  const indent = 18;
  const element = pen.element('P');
  pen.flow(
    element,
    pen.lines(text, type.body, pageWidth - indent),
    type.body,
    page.left + indent,
    (baseline) => {
      pen.put(`${number}.`, type.strong, page.left, baseline);
    },
  );
  element.end();
  pen.y += 2;
  const lines = visibleLines(code).flatMap((line) => pen.lines(line, type.code, pageWidth - indent));
  const codeElement = pen.element('Code');
  pen.flow(codeElement, lines, type.code, page.left + indent);
  codeElement.end();
  pen.y += 5;
}
