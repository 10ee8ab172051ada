import { readFileSync } from 'node:fs';
import type { HtmlAssets } from '../../src/report/html.ts';
import type { PdfAssets } from '../../src/report/pdf.ts';

const asset = (name: string): Buffer => readFileSync(new URL(`../../reports/${name}`, import.meta.url));

export const htmlAssets: HtmlAssets = { css: asset('html.css').toString(), js: asset('html.js').toString() };

export const pdfAssets: PdfAssets = {
  regular: asset('fonts/NotoSans-Regular.ttf'),
  bold: asset('fonts/NotoSans-Bold.ttf'),
  mono: asset('fonts/NotoSansMono-Regular.ttf'),
};
