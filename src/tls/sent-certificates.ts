import type { CertificateEntry } from './certificate-message.ts';
import { cipherSuites } from './cipher-suites.ts';
import { type Ending, endsInWords } from './exchange.ts';
import type { Handshake12 } from './handshake/outcome12.ts';
import type { Handshake13 } from './handshake/outcome13.ts';
import type { Proof } from './handshake/signature.ts';
import { suites12 } from './handshake/suites12.ts';
import { protocolVersionOf } from './registry.ts';

/** What a handshake shows: a chain, a server that has none of the kind asked for, or nothing definite. */
export type SentCertificates =
  | {
      readonly kind: 'chain';
      readonly certificates: readonly CertificateEntry[];
      /** Why it could not be seen here whether the server holds the key of the first; absent: it does. */
      readonly unproven?: string;
    }
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
  if (certificates !== undefined) return chainOf(certificates, proof?.result, handshake, 'TLSv1.3');
  if (unopened === undefined) return notSent(handshake, 'TLSv1.3');
  const what =
    unopened.what === 'group'
      ? `a key exchange of group ${unopened.code}, for which no key is made here`
      : `${cipherSuites.get(unopened.code)}, whose records are not opened here`;
  return { kind: 'unknown', why: `the server answered with ${what}` };
}

export function sentIn12(handshake: Handshake12, version: string): SentCertificates {
  const { certificates, flightDone, finished, proof } = handshake;
  // Who reads what was encrypted to the certificate's key has it: only then can Finished be right.
  const result =
    proof?.result ?? (finished ? 'valid' : isFollowed(handshake, version) ? undefined : 'unknown');
  if (certificates !== undefined) return chainOf(certificates, result, handshake, version);
  if (flightDone) return { kind: 'none', why: 'the server authenticated itself without a certificate' };
  return notSent(handshake, version);
}

/** Whether a handshake of the kind goes on here until the server has shown its key. */
function isFollowed({ suite, flightDone }: Handshake12, version: string): boolean {
  return !flightDone || (version !== 'SSLv3' && suite !== undefined && suites12.has(suite));
}

function chainOf(
  certificates: readonly CertificateEntry[],
  proof: Proof | undefined,
  handshake: Ended,
  version: string,
): SentCertificates {
  if (certificates.length === 0) return { kind: 'none', why: 'the server sent an empty list' };
  switch (proof) {
    case 'valid':
      return { kind: 'chain', certificates };
    case 'unknown':
      return { kind: 'chain', certificates, unproven: 'a proof of this kind is not checked here' };
    case 'invalid':
      return notProven;
    case undefined:
      return {
        kind: 'unknown',
        why: `a certificate came, and no proof that the server holds its key (${howItEnded(handshake, version)})`,
      };
  }
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
