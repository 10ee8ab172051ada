import { Buffer } from 'node:buffer';
import { type Announced, loginNames, type Upgrade } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

const startTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/**
 * XMPP (RFC 6120 §5), between client and server or between servers.
 *
 * @param domain whom the stream is to, a host name; what it is, is decided by the caller
 */
export function* upgradeXmpp(side: 'client' | 'server', domain: string): Preamble<Upgrade> {
  const open = `<?xml version='1.0'?><stream:stream to='${escaped(domain)}' xmlns='jabber:${side}' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`;
  const features = yield* sayXml(open, featuresIn);
  const error = errorIn(features);
  if (error !== undefined) return { kind: 'unavailable', code: error, announced: {} };
  const announced = announcedIn(features);
  // A server that supports it must say so (RFC 6120 §5.3.1): there is nothing to ask for.
  if (!announced.upgrade) return { kind: 'refused', code: 'not announced', announced };
  const answer = yield* sayXml(startTls, answerIn);
  if (/<proceed\b/.test(answer)) return { kind: 'upgraded', code: 'proceed', announced };
  return { kind: 'refused', code: errorIn(answer) ?? 'failure', announced };
}

function* sayXml(say: string, end: (text: string) => number | undefined): Preamble<string> {
  const message = (received: Uint8Array): number | undefined => {
    const text = Buffer.from(received).toString('latin1');
    const length = end(text);
    // What came behind the message in the same packet is nothing of it.
    const own = text.slice(0, length);
    if (/^\s*[^\s<]/.test(own) || own.includes('\0')) throw foreign('a stream of XMPP', 'something else');
    return length;
  };
  return Buffer.from(yield { say: Buffer.from(say), message }).toString('latin1');
}

function endOf(text: string, marks: readonly string[]): number | undefined {
  const ends = marks.flatMap((mark) => {
    const at = text.indexOf(mark);
    return at === -1 ? [] : at + mark.length;
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

const closings = ['</stream:error>', '</stream:stream>'];

const featuresIn = (text: string): number | undefined =>
  endOf(text, ['</stream:features>', '<stream:features/>', ...closings]);

const answerIn = (text: string): number | undefined =>
  /^\s*<(?:proceed|failure)\b[^>]*(?:\/>|>\s*<\/(?:proceed|failure)\s*>)/.exec(text)?.[0].length ??
  endOf(text, ['</failure>', ...closings]);

/** The condition of a stream error (RFC 6120 §4.9.3), `host-unknown` for one. */
function errorIn(text: string): string | undefined {
  if (!closings.some((mark) => text.includes(mark))) return undefined;
  return (
    /<([a-z-]{1,40}) xmlns=["']urn:ietf:params:xml:ns:xmpp-streams["']/.exec(text)?.[1] ?? 'stream closed'
  );
}

/** `iq-auth` is the log-in before SASL (XEP-0078). */
function announcedIn(features: string): Announced {
  const mechanisms = [...features.matchAll(/<mechanism\b[^>]*>([^<]{1,200})</g)].map(([, name = '']) =>
    name.trim(),
  );
  const old = /http:\/\/jabber\.org\/features\/iq-auth/.test(features) ? ['IQ-AUTH'] : [];
  return { upgrade: /<starttls\b/.test(features), logins: loginNames([...mechanisms, ...old]) };
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;' };

function escaped(text: string): string {
  return text.replace(/[<>&']/g, (sign) => entities[sign] ?? '');
}
