import { refusal } from '../bundle/refusal.ts';
import { derivations, parseHttpTranscript } from '../http/rederive.ts';
import { type Again, type Source, whereOf } from './source.ts';

/** Facts about HTTP, from what is kept of the answers. */
export function httpAgain({ record, textsOf }: Source): Again {
  const { subject } = record;
  return (seen) => {
    const derive = derivations[seen.fact];
    if (derive === undefined) return undefined;
    const [text] = textsOf(seen, 'application/json');
    const where = whereOf(record, seen);
    if (text === undefined) throw refusal('FACT', `expected the answers as evidence of ${where}, got none`);
    const transcript = parseHttpTranscript(text);
    const { host, address, port } = transcript;
    if (host === subject.host && address === subject.address && port === subject.port)
      return derive(transcript);
    throw refusal('FACT', `expected the answers of ${where}, got those of another endpoint`);
  };
}
