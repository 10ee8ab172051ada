import type PDFDocument from 'pdfkit';
import { drawable, encoded, type Face, widthOf, wrapped } from './pdf-face.ts';

export type PdfDocument = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<PdfDocument['struct']>;

export interface Faces {
  readonly regular: Face;
  readonly bold: Face;
  readonly mono: Face;
}

/** Type: a face, a size and a colour (PDF `rg` operands). */
export interface Type {
  readonly face: keyof Faces;
  readonly size: number;
  readonly colour: string;
}

/** What is written later, when it is known: a page number. */
export interface Deferred {
  readonly name: string;
  readonly reference: ReturnType<PdfDocument['ref']>;
  readonly type: Type;
}

export const page = { width: 595.28, height: 841.89, left: 51, right: 544.28, top: 62, bottom: 780 } as const;
export const pageWidth = page.right - page.left;

export function leading({ size }: Type): number {
  return size * 1.38;
}

const fixed = (value: number): string => String(Math.round(value * 100) / 100);

/** The place where the next thing is drawn, top to bottom over pages that are written out as they fill. */
export class Pen {
  readonly doc: PdfDocument;
  readonly faces: Faces;
  y: number = page.top;
  pages = 0;
  parent: Structure;
  readonly #startPage: (pen: Pen) => void;
  #deferred = 0;

  constructor(doc: PdfDocument, faces: Faces, startPage: (pen: Pen) => void) {
    this.doc = doc;
    this.faces = faces;
    this.#startPage = startPage;
    this.parent = doc.struct('Document');
    doc.addStructure(this.parent);
  }

  newPage(): void {
    this.doc.addPage();
    this.pages += 1;
    this.#startPage(this);
    this.y = page.top;
  }

  /** Starts a new page unless `height` is left on this one. */
  ensure(height: number): void {
    if (this.y + height > page.bottom) this.newPage();
  }

  lines(text: string, type: Type, width: number): readonly string[] {
    const face = this.faces[type.face];
    return wrapped(face, type.size, drawable(face, text), width);
  }

  width(text: string, type: Type): number {
    const face = this.faces[type.face];
    return widthOf(face, type.size, drawable(face, text));
  }

  /** Draws drawable text with its baseline at `y`. */
  put(text: string, type: Type, x: number, y: number): void {
    if (text === '') return;
    const face = this.faces[type.face];
    this.doc.page.fonts[face.id] ??= face.reference;
    this.doc.addContent(
      `BT ${type.colour} rg /${face.id} ${type.size} Tf 1 0 0 -1 ${fixed(x)} ${fixed(y)} Tm <${encoded(face, text)}> Tj ET`,
    );
  }

  rule(y: number, colour: string, thickness: number): void {
    this.artifact('Layout', () => {
      this.doc.addContent(
        `${colour} RG ${thickness} w ${page.left} ${fixed(y)} m ${fixed(page.right)} ${fixed(y)} l S`,
      );
    });
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.doc.addContent(`${colour} RG 0.6 w ${fixed(x)} ${fixed(y)} ${fixed(width)} ${fixed(height)} re S`);
  }

  /** Draws something that is not content for a reader of the text: lines, headers, page numbers. */
  artifact(type: 'Layout' | 'Pagination', draw: () => void): void {
    this.doc.markContent('Artifact', { type });
    draw();
    this.doc.endMarkedContent();
  }

  /** Opens a structure element under the current parent; the caller ends it. */
  element(tag: string, options: object = {}, parent: Structure = this.parent): Structure {
    const element = this.doc.struct(tag, options);
    parent.add(element);
    return element;
  }

  /** Sets lines under each other, over as many pages as they take; `first` is drawn beside the first line. */
  flow(
    element: Structure,
    lines: readonly string[],
    type: Type,
    x: number,
    first?: (baseline: number) => void,
  ): void {
    const height = leading(type);
    let at = 0;
    while (at < lines.length) {
      this.ensure(height);
      const room = Math.floor((page.bottom - this.y) / height);
      const wouldLeaveOne = lines.length - at - room === 1 && room > 2;
      const chunk = lines.slice(at, at + (wouldLeaveOne ? room - 1 : room));
      element.add(() => {
        if (at === 0) first?.(this.y + type.size);
        chunk.forEach((line, index) => {
          this.put(line, type, x, this.y + type.size + index * height);
        });
      });
      at += chunk.length;
      this.y += chunk.length * height;
      if (wouldLeaveOne) this.newPage();
    }
  }

  /** A place on this page for text that is known later. */
  defer(type: Type): Deferred {
    const face = this.faces[type.face];
    this.#deferred += 1;
    const reference = this.doc.ref({
      Type: 'XObject',
      Subtype: 'Form',
      BBox: [0, -4, 80, 12],
      Resources: { Font: { [face.id]: face.reference } },
    });
    return { name: `Later${this.#deferred}`, reference, type };
  }

  putDeferred({ name, reference }: Deferred, x: number, y: number): void {
    this.doc.page.xobjects[name] = reference;
    this.doc.addContent(`q 1 0 0 -1 ${fixed(x)} ${fixed(y)} cm /${name} Do Q`);
  }

  resolve({ reference, type }: Deferred, text: string): void {
    const face = this.faces[type.face];
    reference.write(`BT ${type.colour} rg /${face.id} ${type.size} Tf <${encoded(face, text)}> Tj ET`);
    reference.end(undefined);
  }
}
