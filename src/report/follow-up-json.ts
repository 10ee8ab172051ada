import type { FollowUp, Seal } from '../model/index.ts';
import { sortedJson } from './json.ts';

export interface FollowUpHeader {
  readonly bundleName: string;
  readonly seal: Seal;
  readonly runId: string;
  /** As of when something is overdue, and whether that was asked for or is when the bundle was judged. */
  readonly at: string;
  readonly asked: boolean;
}

/** `{ "bundle": { … }, "findings": [ … ], "format": 0, "overdueAsOf": { "asked", "at" } }`, one finding a line. */
export function* followUpJson(header: FollowUpHeader, followUps: Iterable<FollowUp>): Iterable<string> {
  const { bundleName, seal, runId, at, asked } = header;
  const bundle = { fingerprint: seal.fingerprint, name: bundleName, runId, signature: seal.signature };
  yield `{\n"bundle": ${sortedJson(bundle, 2)},\n"findings": [`;
  let separator = '\n';
  for (const one of followUps) {
    yield `${separator}${sortedJson(one)}`;
    separator = ',\n';
  }
  yield `\n],\n"format": 0,\n"overdueAsOf": ${sortedJson({ asked, at })}\n}\n`;
}
