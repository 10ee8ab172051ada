import { refusal } from '../bundle/refusal.ts';
import { parseDnsTranscript } from '../dns/dns-transcript.ts';
import { derivations } from '../dns/rederive.ts';
import { type Again, type Source, whereOf } from './source.ts';

/** Facts about a zone, from every message that was sent and received for them. */
export function dnsAgain({ record, textsOf }: Source): Again {
  return (seen) => {
    const derive = derivations[seen.fact];
    if (derive === undefined) return undefined;
    const [text] = textsOf(seen, 'application/json');
    const where = whereOf(record, seen);
    if (text === undefined) throw refusal('FACT', `expected a transcript as evidence of ${where}, got none`);
    const transcript = parseDnsTranscript(text);
    if (transcript.zone === record.subject.host) return derive(transcript);
    throw refusal('FACT', `expected a transcript of ${where}, got one of another zone`);
  };
}
