import { AssayError } from '../model/index.ts';
import { readCertificate } from '../x509/certificate.ts';
import { decodeCertificateMessage } from './certificate-message.ts';
import { suiteName } from './cipher-suites.ts';
import {
  askOne,
  type End,
  eliminate,
  type Found,
  isAccepted,
  type Question,
  whyMore,
  whyOpen,
} from './elimination.ts';
import { eliminateInParts } from './elimination-parts.ts';
import type { Dialogue, Probing } from './exchange.ts';
import { helloDialogue, type Look } from './look.ts';
import { draftHello, type HelloOptions } from './offers.ts';
import { type Preference, preferenceOf } from './preference.ts';
import { type Group, groups } from './registry.ts';
import type { ClearVersion, VersionSuites } from './suite-probing.ts';
import { suiteProperties } from './suite-properties.ts';

/** The groups that a version before TLS 1.3 uses for ECDHE, in the order picked. */
export interface CurvesSeen {
  readonly groups: readonly number[];
  readonly preference: Preference;
  /** Why there may be more. */
  readonly missing?: string;
}

/** Before TLS 1.3 the groups of RFC 7919 and those with ML-KEM are no curves. */
const curves: readonly number[] = Object.entries(groups)
  .filter(([name]) => !/MLKEM|Kyber|^ffdhe/.test(name))
  .map(([, code]) => code);

/** Whether a suite negotiates a curve. */
export function usesCurve(suite: number): boolean {
  return suiteProperties(suiteName(suite)).keyExchange.startsWith('ECDHE');
}

/**
 * Finds the curves of a version by ServerKeyExchange, with the ECDHE suites that it accepts. The curve of an ECDSA
 * certificate must stay on offer, or the server has no certificate left (RFC 8422 §5.1): it is put back at the end.
 */
export function* probeCurves(
  version: ClearVersion,
  { found, order: otherWay }: VersionSuites,
  options: HelloOptions,
): Probing<CurvesSeen> {
  const using: readonly Found[] = found.filter(({ item }) => usesCurve(item));
  const suites = using.map(({ item }) => item);
  const ask: Question['ask'] = (items, label) => {
    const offer = draftHello(version, options, { label }, { suites, groups: items });
    return helloDialogue(version, label, offer, 'key exchange');
  };
  const known = using.map(({ look }) => look.exchange?.group).find((group) => group !== undefined);
  const first = known === undefined || !curves.includes(known) ? [] : [known];
  const plain = yield* eliminateInParts(questionOf(`${version} curves`, without(curves, first), ask));
  const order = [...first, ...codes(plain.found)];
  const more = suites.every(needsCurveOfCertificate)
    ? yield* eliminateBeside(order, version, ask)
    : { found: [], end: plain.end };
  const all = [...order, ...codes(more.found)];
  if (all.length === 0) return { groups: all, preference: 'unknown', missing: whyNone(more.end) };
  // Also the control after the refusal of the rest.
  const look = yield* askOne(ask([...all].reverse(), `${version} curves order`));
  const shown = [otherWay, look].map((seen) => seen?.exchange?.group).find(isOneOf(all));
  return { groups: all, preference: preferenceOf(all, shown), ...missing(more.end, look) };
}

function isOneOf(all: readonly number[]): (group: number | undefined) => boolean {
  return (group) => group !== undefined && all.includes(group);
}

function whyNone(end: End): string {
  return whyMore(end) ?? 'suites with ECDHE are accepted, but no curve of theirs was shown';
}

/** Other suites than these have a use for every curve, whatever certificates there are. */
function needsCurveOfCertificate(suite: number): boolean {
  return suiteProperties(suiteName(suite)).authentication === 'ECDSA';
}

function questionOf(label: string, items: readonly number[], ask: Question['ask']): Question {
  const control = (name: string): Dialogue<Look> => ask(items, name);
  return { label, items, ask, control, pick: ({ exchange }) => exchange?.group };
}

/**
 * Goes on with the certificate's curve at the end of every hello; that it is picked itself ends it. Where that curve was
 * not picked before, the first hello of this is one with everything that is left.
 */
function* eliminateBeside(
  found: readonly number[],
  version: ClearVersion,
  ask: Question['ask'],
): Probing<{ found: readonly Found[]; end: End }> {
  const shown = yield* askOne(ask(curves, `${version} curves with the certificate`));
  const curve = curveOfCertificate(shown);
  if (curve === undefined)
    return { found: [], end: { kind: 'open', why: "the certificate's curve is not known" } };
  const beside: Question['ask'] = (items, label) => ask([...items, curve], label);
  const left = without(curves, [...found, curve]);
  const more = yield* eliminate(questionOf(`${version} curves beside the certificate's`, left, beside));
  const itself = more.end.kind === 'open' && more.end.picked === curve;
  return { found: more.found, end: itself ? { kind: 'refused' } : more.end };
}

function without(items: readonly number[], gone: readonly number[]): number[] {
  return items.filter((item) => !gone.includes(item));
}

/**
 * As OpenSSL, which reads the certificates, calls the curves; and the groups on the curves of EdDSA keys, which some
 * servers (wolfSSL) want on offer for such a certificate.
 */
const curveNames: Readonly<Partial<Record<string, Group>>> = {
  prime256v1: 'secp256r1',
  prime192v1: 'secp192r1',
  ed25519: 'x25519',
  ed448: 'x448',
};

function curveOfCertificate({ certificate }: Look): number | undefined {
  if (certificate === undefined) return undefined;
  try {
    const [leaf] = decodeCertificateMessage(certificate, 'TLSv1.2');
    const key = leaf && readCertificate(leaf.der).key;
    const curve = key?.curve ?? key?.type;
    const name = curve === undefined ? '' : (curveNames[curve] ?? curve);
    return Object.entries(groups).find(([each]) => each === name)?.[1];
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

function missing(end: End, last: Look): { missing?: string } {
  const why = whyMore(end) ?? (isAccepted(last) ? undefined : whyOpen(last));
  return why === undefined ? {} : { missing: why };
}

function codes(found: readonly Found[]): number[] {
  return found.map(({ item }) => item);
}
