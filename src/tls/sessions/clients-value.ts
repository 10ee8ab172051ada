import { AssayError } from '../../model/index.ts';
import { nameTextOf } from '../../x509/distinguished-name.ts';
import type { Clients } from '../facts/clients.ts';
import type { CertificateRequest } from '../handshake/certificate-request.ts';
import type { CompleteHandshake } from '../handshake/complete-handshake.ts';
import { howItEnded } from '../sent-certificates.ts';
import type { Sessions } from './probe-sessions.ts';
import type { Answered } from './tickets-value.ts';

type Row = Clients['handshakes'][number];
type Verdict = Row['certificate'];

/** The fact `tls.clients`. */
export function clientsValue({ handshakes, missing }: Sessions): Answered<Clients> {
  const rows = handshakes.map((one) => ({ one, row: rowOf(one) }));
  return {
    value: { handshakes: rows.flatMap(({ row }) => (row === undefined ? [] : [row])) },
    missing: [...missing, ...rows.flatMap(({ one, row }) => (row === undefined ? [indefinite(one)] : []))],
  };
}

function indefinite({ version, seen }: CompleteHandshake): Answered<Clients>['missing'][number] {
  return { what: version, why: howItEnded(seen, version) };
}

function rowOf(handshake: CompleteHandshake): Row | undefined {
  const certificate = verdictOf(handshake);
  if (certificate === undefined) return undefined;
  const { version, seen } = handshake;
  return {
    version,
    certificate,
    ...(certificate === 'optional' ? {} : { refusedWithout: certificate === 'required' }),
    ...authoritiesOf(seen.request),
  };
}

/** Undefined where the server said nothing definite: that it hangs up is no refusal. */
function verdictOf({ version, seen }: CompleteHandshake): Verdict | undefined {
  const asksAll = version === 'TLSv1.3' ? seen.finished : seen.flightDone;
  if (!asksAll) return undefined;
  if (seen.request === undefined) return 'not-asked';
  if (withoutCertificate.has(seen.alert ?? '')) return 'required';
  // GnuTLS before TLS 1.3 says so of an empty list of certificates.
  if (version !== 'TLSv1.3' && seen.alert === 'decode_error') return 'required';
  const admitted =
    version === 'TLSv1.3' ? seen.sessions.length > 0 || seen.alert === 'close_notify' : seen.finished;
  return admitted ? 'optional' : undefined;
}

/** Alerts by which servers refuse a client that shows no certificate (RFC 8446 §4.4.2.4, RFC 5246 §7.4.6). */
const withoutCertificate: ReadonlySet<string> = new Set([
  'certificate_required',
  'handshake_failure',
  'bad_certificate',
  'no_certificate',
  'certificate_unknown',
  'unknown_ca',
  'access_denied',
]);

const keptAuthorities = 64;

function authoritiesOf(
  request: CertificateRequest | undefined,
): Pick<Row, 'authorities' | 'authoritiesTotal'> {
  const names = request?.authorities.slice(0, keptAuthorities) ?? [];
  return { authorities: names.map(textOf), authoritiesTotal: request?.authoritiesTotal ?? 0 };
}

function textOf(name: Uint8Array): string {
  try {
    return nameTextOf(name) || '(empty)';
  } catch (error) {
    if (error instanceof AssayError) return '(unreadable)';
    throw error;
  }
}
