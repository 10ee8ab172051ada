import type { CertificateEntry } from './certificate-message.ts';
import { cipherSuites } from './cipher-suites.ts';
import { type Ending, endsInWords } from './exchange.ts';
import type { Handshake12 } from './handshake/outcome12.ts';
import type { Handshake13 } from './handshake/outcome13.ts';
import { protocolVersionOf } from './registry.ts';

/** What a handshake shows: a chain, a server that has none of the kind asked for, or nothing definite. */
export type SentCertificates =
  | { readonly kind: 'chain'; readonly certificates: readonly CertificateEntry[] }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Alerts by which a server says that nothing offered fits its keys (RFC 8446 §6.2). */
export const unfitAlerts: ReadonlySet<string> = new Set([
  'handshake_failure',
  'insufficient_security',
  'illegal_parameter',
]);

/** Anyone can send a certificate; it is the server's only if the server holds its key. */
const notProven: SentCertificates = {
  kind: 'unknown',
  why: "the server signed the handshake with another key than its certificate's",
};

export function sentIn13(handshake: Handshake13): SentCertificates {
  const { certificates, unopened, proof } = handshake;
  if (proof?.result === 'invalid') return notProven;
  if (certificates !== undefined) return chainOf(certificates);
  if (unopened === undefined) return notSent(handshake, 'TLSv1.3');
  const what =
    unopened.what === 'group'
      ? `a key exchange of group ${unopened.code}, for which no key is made here`
      : `${cipherSuites.get(unopened.code)}, whose records are not opened here`;
  return { kind: 'unknown', why: `the server answered with ${what}` };
}

export function sentIn12(handshake: Handshake12, version: string): SentCertificates {
  const { certificates, flightDone, proof } = handshake;
  if (proof?.result === 'invalid') return notProven;
  if (certificates !== undefined) return chainOf(certificates);
  if (flightDone) return { kind: 'none', why: 'the server authenticated itself without a certificate' };
  return notSent(handshake, version);
}

function chainOf(certificates: readonly CertificateEntry[]): SentCertificates {
  return certificates.length > 0
    ? { kind: 'chain', certificates }
    : { kind: 'none', why: 'the server sent an empty list' };
}

type Ended = Pick<Handshake12, 'alert' | 'broken' | 'ended' | 'version'>;

function notSent(handshake: Ended, version: string): SentCertificates {
  const { alert } = handshake;
  if (alert !== undefined && unfitAlerts.has(alert)) {
    return { kind: 'none', why: `the server answered with alert ${alert}` };
  }
  return { kind: 'unknown', why: howItEnded(handshake, version) };
}

/** Why a handshake shows no more, in words. */
export function howItEnded({ alert, broken, ended, version: code }: Ended, version: string): string {
  if (alert !== undefined) return `alert ${alert}`;
  if (broken !== undefined) return `the server sent ${broken}`;
  const answered = code === undefined ? undefined : (protocolVersionOf(code) ?? `version ${code}`);
  if (answered !== undefined && answered !== version) return `the server answered with ${answered}`;
  return endedInWords(ended);
}

function endedInWords(ended: Ending): string {
  return ended === 'complete' ? 'the handshake went no further' : endsInWords[ended];
}
