import { AssayError } from '../../model/index.ts';
import { decodeCertificateMessage } from '../certificate-message.ts';
import { endsInWords, say, type Talk } from '../exchange.ts';
import { judgedPart } from '../judged-part.ts';
import { FlightReader } from '../record.ts';
import { handshakeType } from '../registry.ts';
import { decodeServerHello, type ServerHello } from '../server-hello.ts';

/** A server's first flight before TLS 1.3, read to its end, with the connection open. */
export type Opening =
  | {
      readonly kind: 'open';
      readonly hello: ServerHello;
      /** DER, leaf first; empty where the suite needs none. */
      readonly certificates: readonly Uint8Array[];
    }
  /** `alert`: the server refused the hello. */
  | { readonly kind: 'refused'; readonly alert: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Sends a hello and reads the whole flight that answers it. */
export function* openFlight(hello: Uint8Array): Talk<Opening> {
  const { received, ended } = yield* say({ send: hello, until: untilDone(), keep: judgedPart });
  const flight = new FlightReader();
  flight.push(received);
  const [first] = flight.messages;
  if (first === undefined && flight.end?.kind === 'alert') return { kind: 'refused', alert: flight.end.name };
  const serverHello = first?.type === handshakeType.serverHello ? decodeServerHello(first.body) : undefined;
  const isDone = flight.messages.some(({ type }) => type === handshakeType.serverHelloDone);
  if (serverHello === undefined || !isDone)
    return { kind: 'unknown', why: `the first flight did not come to its end: ${endsInWords[ended]}` };
  return { kind: 'open', hello: serverHello, certificates: certificatesIn(flight) };
}

function untilDone(): (chunk: Uint8Array) => boolean {
  const flight = new FlightReader();
  return (chunk) => {
    flight.push(chunk);
    const { messages, end } = flight;
    return end !== undefined || messages.some(({ type }) => type === handshakeType.serverHelloDone);
  };
}

function certificatesIn({ messages }: FlightReader): readonly Uint8Array[] {
  const message = messages.find(({ type }) => type === handshakeType.certificate);
  if (message === undefined) return [];
  try {
    return decodeCertificateMessage(message.body, 'TLSv1.2').map(({ der }) => der);
  } catch (error) {
    if (error instanceof AssayError) return [];
    throw error;
  }
}
