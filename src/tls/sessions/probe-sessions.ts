import type { Completeness } from '../../model/index.ts';
import { probeCertificates } from '../certificates.ts';
import { type Dialogue, inParallel, type Probing, shared } from '../exchange.ts';
import type { Versions } from '../facts/versions.ts';
import type { CompleteHandshake, Version12 } from '../handshake/complete-handshake.ts';
import {
  dialogue12,
  type HandshakeOptions,
  usualDialogue13,
  type Wanted13,
  wideDialogue13,
} from '../handshake/dialogues.ts';
import type { Handshake13 } from '../handshake/outcome13.ts';
import { unfitAlerts } from '../sent-certificates.ts';

/** One handshake for TLS 1.3, and one for the highest accepted version before it. */
export interface Sessions {
  readonly handshakes: readonly CompleteHandshake[];
  /** Versions in which none could be asked for. */
  readonly missing: Completeness['missing'];
  /** Nothing usual was accepted under TLS 1.3: with ML-KEM at hand it is worth asking again. */
  readonly wantsEncapsulation: boolean;
}

const beforeVersion13 = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0'] as const;

/**
 * A completed handshake a version, without a client certificate, closed at once; SSLv3 is left out. Those that showed the
 * certificates serve; where none of a version went through, one is made that asks for any.
 */
export function probeSessions(versions: Versions, options: HandshakeOptions): Probing<Sessions> {
  const label = options.kems === undefined ? 'sessions' : 'sessions with ML-KEM';
  return shared(label, () => makeSessions(versions, options));
}

function* makeSessions(versions: Versions, options: HandshakeOptions): Probing<Sessions> {
  const highest = beforeVersion13.find((version) => versions[version] === 'accepted');
  const made = (yield* probeCertificates(versions, options)).handshakes;
  const of13 = made.find(({ version }) => version === 'TLSv1.3');
  const of12 = made.find(({ version }) => version === highest);
  const before = highest === undefined || of12 !== undefined ? [] : [session12(highest, options)];
  const first =
    versions['TLSv1.3'] !== 'accepted' || of13 !== undefined ? [] : [session13(options, usualDialogue13)];
  const own = yield* inParallel<CompleteHandshake>([...first, ...before]);
  const handshakes = [of13, of12, ...own].filter((one) => one !== undefined);
  const refused = handshakes.some((one) => one.version === 'TLSv1.3' && isUnfit(one.seen));
  const again = refused ? yield* askWide(options) : [];
  const usual = again.length === 0 ? handshakes : handshakes.filter(({ version }) => version !== 'TLSv1.3');
  return {
    handshakes: [...again, ...usual],
    missing: unknownVersions(versions, highest),
    wantsEncapsulation: refused && options.kems === undefined,
  };
}

function* askWide(options: HandshakeOptions): Probing<readonly CompleteHandshake[]> {
  const { kems } = options;
  if (kems === undefined) return [];
  const wide = (_: HandshakeOptions, wanted: Wanted13): Dialogue<Handshake13> =>
    wideDialogue13({ ...options, kems }, wanted);
  return yield* inParallel([session13(options, wide)]);
}

function session13(
  options: HandshakeOptions,
  dialogue: (options: HandshakeOptions, wanted: Wanted13) => Dialogue<Handshake13>,
): Dialogue<CompleteHandshake> {
  const { label, talk } = dialogue(options, { label: 'TLSv1.3 session', extent: 'complete' });
  return {
    label,
    *talk() {
      return { version: 'TLSv1.3', seen: yield* talk() };
    },
  };
}

function session12(version: Version12, options: HandshakeOptions): Dialogue<CompleteHandshake> {
  const { label, talk } = dialogue12(version, options, { label: `${version} session`, extent: 'complete' });
  return {
    label,
    *talk() {
      return { version, seen: yield* talk() };
    },
  };
}

function isUnfit({ alert }: Handshake13): boolean {
  return alert !== undefined && unfitAlerts.has(alert);
}

/** What may be accepted, and was therefore not asked. */
function unknownVersions(versions: Versions, highest: Version12 | undefined): Completeness['missing'] {
  const higher =
    highest === undefined ? beforeVersion13 : beforeVersion13.slice(0, beforeVersion13.indexOf(highest));
  const ssl3 = highest === undefined && versions.SSLv3 !== 'refused' ? (['SSLv3'] as const) : [];
  const unknown = (['TLSv1.3', ...higher] as const).filter((version) => versions[version] === undefined);
  return [
    ...unknown.map((what) => ({ what, why: 'whether the version is accepted is not known' })),
    ...ssl3.map((what) => ({ what, why: 'a handshake of this version is not completed here' })),
  ];
}
