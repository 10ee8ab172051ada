import type { Completeness, FactDefinition, Json } from '../../model/index.ts';
import type { Probing } from '../../tls/exchange.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import type { HelloOptions } from '../../tls/offers.ts';
import type { RecordedDialogue } from '../../tls/recorded-dialogue.ts';
import type { FactCollector } from '../collector.ts';
import { converse } from './converse.ts';
import { transcriptEvidence } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** A fact that follows from an inquiry about the accepted versions, and from nothing else. */
export interface InquiryFact<S> {
  readonly fact: FactDefinition;
  /** What the connections were made to see, in words. */
  readonly what: string;
  probe(versions: Versions, options: HelloOptions): Probing<S>;
  value(seen: S): Json;
  readonly lists: readonly InquiryList<S>[];
}

interface InquiryList<S> {
  /** JSON pointer. */
  readonly list: string;
  readonly basis: string;
  returned(seen: S): number;
  missing(seen: S): Completeness['missing'];
}

/** The collector of such a fact. */
export function inquiryCollector<S>(inquiry: InquiryFact<S>): FactCollector<TlsSession> {
  const { fact, what, lists } = inquiry;
  return {
    fact: fact.name,
    needs: [versions.name],
    plan: { requests: [...new Set(lists.map(({ basis }) => basis))] },
    async collect(session, read) {
      const accepted = (await read(versions.name)) as Versions;
      const { value: seen, dialogues } = await converse(session, inquiry.probe(accepted, session));
      return {
        value: inquiry.value(seen),
        method: 'TEST',
        completeness: lists.map(({ list, basis, returned, missing }) => ({
          list,
          basis,
          returned: returned(seen),
          missing: missing(seen),
        })),
        requests: requestsInWords(dialogues),
        evidence: [transcriptEvidence(what, session, dialogues)],
      };
    },
  };
}

/** `TLSv1.2 ClientHellos: full; suites 2 to suites 12; order`. */
function requestsInWords(dialogues: readonly RecordedDialogue[]): string[] {
  const byVersion = new Map<string, string[]>();
  for (const { label } of dialogues) {
    const [version = ''] = label.split(' ');
    byVersion.set(version, [...(byVersion.get(version) ?? []), label.slice(version.length + 1)]);
  }
  return [...byVersion].map(
    ([version, purposes]) => `${purposes.length} ClientHellos of ${version}: ${inSpans(purposes)}`,
  );
}

/** Purposes that only count on become one span. */
function inSpans(purposes: readonly string[]): string {
  const spans: { name: string; from: string; to: string }[] = [];
  for (const purpose of purposes) {
    const name = purpose.replace(/ \d+$/, '');
    const last = spans.at(-1);
    if (last?.name === name) last.to = purpose;
    else spans.push({ name, from: purpose, to: purpose });
  }
  return spans.map(({ from, to }) => (from === to ? from : `${from} to ${to}`)).join('; ');
}
