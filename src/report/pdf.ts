import PDFDocument from 'pdfkit';
import { cover } from './content/cover.ts';
import { sectionsOf } from './content/document.ts';
import { drawBlock, drawText } from './pdf-blocks.ts';
import { loadFace } from './pdf-face.ts';
import { type Deferred, type PdfDocument, Pen, page } from './pdf-pen.ts';
import { type } from './pdf-style.ts';
import type { ReportInput } from './report-input.ts';
import { tally } from './tally.ts';

/** Bytes of the TrueType fonts that are embedded. */
export interface PdfAssets {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
  readonly mono: Uint8Array;
}

/** ISO 14289-1 identification, with the extension schema that PDF/A asks for (ISO 19005-3, 6.6.2.3.3). */
const accessibility = `
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>`;

/** A tagged A4 document (PDF/A-3a, PDF/UA-1), written out page by page; same input, same bytes. */
export async function* renderPdf(input: ReportInput, assets: PdfAssets): AsyncIterable<Uint8Array> {
  const doc = openDocument(input);
  const faces = {
    regular: loadFace(doc, 'regular', assets.regular),
    bold: loadFace(doc, 'bold', assets.bold),
    mono: loadFace(doc, 'mono', assets.mono),
  };
  const totals: Deferred[] = [];
  const pen = new Pen(doc, faces, (at) => drawMargins(at, input, totals));
  totals.push(pen.defer(type.margin));
  let written = 0;
  for (const _ of drawReport(pen, input)) {
    if (pen.pages === written) continue;
    written = pen.pages;
    yield* drained(doc);
  }
  for (const total of totals) pen.resolve(total, String(pen.pages));
  pen.parent.end();
  doc.appendXML(accessibility);
  doc.end();
  yield* drained(doc);
}

function openDocument({ assessment, seal }: ReportInput): PdfDocument {
  const at = new Date(assessment.run.endedAt);
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    font: '',
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    autoFirstPage: false,
    info: {
      Title: 'Compliance test report (DRAFT)',
      Author: 'assay',
      Creator: 'assay',
      Producer: 'assay with PDFKit',
      // The file's identifier is made from these fields, so the bundle it is of has to be among them.
      Keywords: seal.fingerprint.replace(/[^0-9a-f]/g, ''),
      CreationDate: at,
      ModDate: at,
    },
  });
}

function* drained(doc: PdfDocument): Iterable<Uint8Array> {
  for (let chunk = doc.read(); chunk !== null; chunk = doc.read()) yield chunk as Buffer;
}

/** Draws block by block, stopping after each so that full pages can leave. */
function* drawReport(pen: Pen, input: ReportInput): Iterable<void> {
  const counts = tally(input);
  const sections = sectionsOf(input, counts);
  pen.newPage();
  drawText(pen, 'H1', 'Compliance test report', type.title);
  pen.y += 8;
  for (const block of cover(input, counts)) drawBlock(pen, block);
  const pageNumbers = drawContents(
    pen,
    sections.map(({ title }) => title),
  );
  for (const [at, { title, newPage, blocks }] of sections.entries()) {
    startSection(pen, title, newPage);
    const number = pageNumbers[at];
    if (number !== undefined) pen.resolve(number, String(pen.pages));
    for (const block of blocks(input, counts)) yield drawBlock(pen, block);
  }
}

function startSection(pen: Pen, title: string, newPage: boolean): void {
  if (newPage) pen.newPage();
  else pen.ensure(150);
  if (pen.y > page.top) pen.y += 18;
  pen.doc.outline.addItem(title);
  drawText(pen, 'H1', title, type.section);
  pen.y += 6;
}

/** The contents in two columns; page numbers come when the sections do. */
function drawContents(pen: Pen, titles: readonly string[]): readonly Deferred[] {
  const rows = Math.ceil(titles.length / 2);
  const rowHeight = 13;
  pen.ensure(30 + rows * rowHeight);
  pen.y += 6;
  drawText(pen, 'H2', 'Contents', type.heading);
  pen.y += 2;
  const top = pen.y;
  const element = pen.element('TOC');
  const numbers = titles.map((title, at) => {
    const x = page.left + Math.floor(at / rows) * 255;
    const y = top + type.body.size + (at % rows) * rowHeight;
    const number = pen.defer(type.body);
    const item = pen.element('TOCI', {}, element);
    item.add(() => {
      pen.put(title, type.body, x, y);
      pen.putDeferred(number, x + 205, y);
    });
    return number;
  });
  element.end();
  pen.y = top + rows * rowHeight;
  return numbers;
}

function drawMargins(pen: Pen, { assessment, seal }: ReportInput, totals: readonly Deferred[]): void {
  const status = seal.signature.kind === 'unsigned' ? 'DRAFT · UNSIGNED' : 'DRAFT · SIGNED';
  const [run = ''] = pen.lines(`run ${assessment.run.id}`, type.margin, 300);
  const number = `Page ${pen.pages} of `;
  const statusType = { ...type.margin, face: 'bold' as const };
  const footer = 812;
  pen.artifact('Pagination', () => {
    pen.put('Compliance test report', type.margin, page.left, 36);
    pen.put(status, statusType, page.right - pen.width(status, statusType), 36);
    pen.put(number, type.margin, page.left, footer);
    for (const total of totals) pen.putDeferred(total, page.left + pen.width(number, type.margin), footer);
    pen.put(run, type.margin, page.right - pen.width(run, type.margin), footer);
  });
}
