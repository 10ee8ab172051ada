import type { Column, Table } from './block.ts';
import { leading, type Pen, page, pageWidth, type Type } from './pdf-pen.ts';
import { hairline, quiet, severityColour, type } from './pdf-style.ts';
import { visibleLines } from './visible.ts';
import { isSeverity } from './words.ts';

const gap = 9;
const padding = 2.6;

interface Place {
  readonly column: Column;
  readonly x: number;
  readonly width: number;
}

interface Cell {
  readonly place: Place;
  readonly type: Type;
  readonly lines: readonly string[];
}

type Structure = Pen['parent'];

/** Rows are laid out one at a time; the head is repeated on each page, as decoration after the first. */
export function drawTable(pen: Pen, table: Table): void {
  const places = placesOf(table.columns);
  pen.ensure(64);
  const element = pen.element('Table');
  drawCaption(pen, element, table.caption);
  drawHead(pen, places, element);
  const repeatHead = (): void => {
    pen.newPage();
    drawHead(pen, places);
  };
  let previous: readonly string[] | undefined;
  const draw = (row: readonly string[], last: boolean): void =>
    drawRow(pen, element, cellsOf(pen, places, row, last && table.totalled === true), repeatHead);
  for (const row of table.rows) {
    if (previous !== undefined) draw(previous, false);
    previous = row;
  }
  if (previous !== undefined) draw(previous, true);
  element.end();
  pen.y += 8;
}

function placesOf(columns: readonly Column[]): readonly Place[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const available = pageWidth - gap * (columns.length - 1);
  let x: number = page.left;
  return columns.map((column) => {
    const place = { column, x, width: (available * column.share) / shares };
    x += place.width + gap;
    return place;
  });
}

function drawCaption(pen: Pen, table: Structure, caption: string): void {
  const element = pen.element('Caption', {}, table);
  pen.flow(element, pen.lines(caption, type.quiet, pageWidth), type.quiet, page.left);
  element.end();
  pen.y += 3;
}

/** With a table the head is its first row; without, a repetition that is not read again. */
function drawHead(pen: Pen, places: readonly Place[], table?: Structure): void {
  const cells = places.map((place) => ({
    place,
    type: type.head,
    lines: pen.lines(place.column.title, type.head, place.width),
  }));
  const height = leading(type.head);
  const tallest = Math.max(...cells.map(({ lines }) => lines.length));
  const offset = (cell: Cell): number => pen.y + (tallest - cell.lines.length) * height;
  if (table === undefined) {
    pen.artifact('Pagination', () => {
      for (const cell of cells) putCell(pen, cell, cell.lines, offset(cell));
    });
  } else {
    const row = pen.element('TR', {}, table);
    for (const cell of cells) {
      const head = pen.element('TH', { scope: 'Column' }, row);
      head.add(() => putCell(pen, cell, cell.lines, offset(cell)));
    }
    row.end();
  }
  pen.y += tallest * height + padding;
  pen.rule(pen.y, quiet, 0.7);
  pen.y += padding;
}

function cellsOf(
  pen: Pen,
  places: readonly Place[],
  row: readonly string[],
  total: boolean,
): readonly Cell[] {
  return places.map((place, at) => {
    const text = row[at] ?? '';
    const cellType = total ? type.cellStrong : typeOf(place.column, text);
    const lines =
      text === '' ? [] : visibleLines(text).flatMap((line) => pen.lines(line, cellType, place.width));
    return { place, type: cellType, lines };
  });
}

function typeOf({ style }: Column, text: string): Type {
  switch (style) {
    case 'code':
      return type.cellCode;
    case 'strong':
      return type.cellStrong;
    case 'severity':
      return isSeverity(text) ? { ...type.cellStrong, colour: severityColour[text] } : type.cellStrong;
    default:
      return type.cell;
  }
}

/** A row goes to the next page whole where it fits there, and is split by lines where it fits on none. */
function drawRow(pen: Pen, table: Structure, cells: readonly Cell[], repeatHead: () => void): void {
  const height = leading(type.cell);
  const total = Math.max(1, ...cells.map(({ lines }) => lines.length));
  const fitsHere = pen.y + total * height + padding <= page.bottom;
  if (!fitsHere && total * height < (page.bottom - page.top) * 0.6) repeatHead();
  const row = pen.element('TR', {}, table);
  const elements = cells.map(() => pen.element('TD', {}, row));
  for (let at = 0; at < total; ) {
    if (pen.y + height + padding > page.bottom) repeatHead();
    const room = Math.floor((page.bottom - padding - pen.y) / height);
    cells.forEach((cell, index) => {
      const lines = cell.lines.slice(at, at + room);
      if (lines.length > 0) elements[index]?.add(() => putCell(pen, cell, lines, pen.y));
    });
    pen.y += Math.min(room, total - at) * height;
    at += room;
  }
  row.end();
  pen.y += padding;
  pen.rule(pen.y, hairline, 0.4);
  pen.y += padding;
}

function putCell(pen: Pen, { place, type: cellType }: Cell, lines: readonly string[], top: number): void {
  const right = place.column.style === 'number';
  lines.forEach((line, index) => {
    const x = right ? place.x + place.width - pen.width(line, cellType) : place.x;
    pen.put(line, cellType, x, top + type.cell.size + index * leading(type.cell));
  });
}
