import { Buffer } from 'node:buffer';
import { suiteName } from './cipher-suites.ts';
import type { Extension } from './client-hello.ts';
import { type End, eliminateControlled, type Found, type Question, whyMore } from './elimination.ts';
import type { Probing } from './exchange.ts';
import { helloDialogue } from './look.ts';
import { draftHello, type HelloOptions } from './offers.ts';
import { extensionType, signatureSchemes } from './registry.ts';
import { bringsKeyExchange } from './server-key-exchange.ts';
import { suiteProperties } from './suite-properties.ts';

/** Schemes in the order picked, and why there may be more. */
export interface SchemesSeen {
  readonly schemes: readonly number[];
  readonly missing?: string;
}

const allSchemes: readonly number[] = Object.values(signatureSchemes);

/**
 * Certificates may be signed with anything: without this, a server that goes by signature_algorithms for its chain too
 * would have no certificate left (RFC 8446 §4.2.3).
 */
export const anyCertificate: Extension = {
  type: extensionType.signatureAlgorithmsCert,
  body: encode(allSchemes),
};

function encode(schemes: readonly number[]): Buffer {
  const list = [2 * schemes.length, ...schemes];
  return Buffer.from(list.flatMap((value) => [value >> 8, value & 255]));
}

/** Finds the schemes of TLS 1.2 by what its ServerKeyExchange is signed with. */
export function* probeSchemes12(found: readonly Found[], options: HelloOptions): Probing<SchemesSeen> {
  const suites = found.map(({ item }) => item).filter(isSigned);
  if (suites.length === 0) return { schemes: [] };
  const ask: Question['ask'] = (items, label) => {
    const draft = { suites, signatureSchemes: items, further: [anyCertificate] };
    return helloDialogue('TLSv1.2', label, draftHello('TLSv1.2', options, { label }, draft), 'key exchange');
  };
  const seen = yield* eliminateControlled({
    label: 'TLSv1.2 signatures',
    items: allSchemes,
    ask,
    control: (label) => ask(allSchemes, label),
    pick: ({ exchange }) => exchange?.signatureScheme,
  });
  return { schemes: seen.found.map(({ item }) => item), ...missing(seen.end) };
}

function isSigned(suite: number): boolean {
  const name = suiteName(suite);
  return bringsKeyExchange(name) && ['RSA', 'ECDSA', 'DSS'].includes(suiteProperties(name).authentication);
}

function missing(end: End): { missing?: string } {
  const why = whyMore(end);
  return why === undefined ? {} : { missing: why };
}
