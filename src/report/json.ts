import { byCodeUnit, type Json } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';

/**
 * The record as one JSON document: `{ "assessment": …, "bundle": { "fingerprint", "name", "signature" },
 * "findings": [ … ], "format": 0 }`. `assessment` is the bundle's `data/assessment.json`; `findings` are the lines
 * of its `data/findings.ndjson`, one a line, by subject and control. Object keys are sorted by code unit.
 */
export function* renderJson({ assessment, findings, seal, bundleName }: ReportInput): Iterable<string> {
  const bundle = { fingerprint: seal.fingerprint, name: bundleName, signature: seal.signature };
  yield `{\n"assessment": ${sortedJson(assessment, 2)},\n"bundle": ${sortedJson(bundle, 2)},\n"findings": [`;
  let separator = '\n';
  for (const finding of findings()) {
    yield `${separator}${sortedJson(finding)}`;
    separator = ',\n';
  }
  yield '\n],\n"format": 0\n}\n';
}

/** C1 controls and bidirectional formatting: JSON may hold them as they are, a terminal should not. */
const actsOnTerminals = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** With keys by code unit, and nothing that acts on a terminal. */
export function sortedJson(value: object, indent?: number): string {
  const text = JSON.stringify(value, (_key, each: Json) => sorted(each), indent);
  return text.replace(
    actsOnTerminals,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b)));
}
