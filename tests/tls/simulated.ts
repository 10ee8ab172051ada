import { suiteName } from '../../src/tls/cipher-suites.ts';
import type { Dialogue, Probing, Reply, Step } from '../../src/tls/exchange.ts';
import { retell } from '../../src/tls/recorded-dialogue.ts';
import type { RecordVersion } from '../../src/tls/registry.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';
import { suiteProperties } from '../../src/tls/suite-properties.ts';
import { complete, ended, type HelloSeen, readHello, record, serverHelloMessage } from './wire.ts';

export const options = { serverName: 'host.example', random: seededRandom(new Uint8Array(32)) };

/** What a test says that a server answers to a hello. */
export type Answering = (hello: HelloSeen, label: string) => Reply;

export interface Ran<T> {
  readonly value: T;
  readonly labels: readonly string[];
  readonly hellos: readonly HelloSeen[];
}

/** Runs an inquiry against a simulated server: each label once, as the product does. */
export function run<T>(probing: Probing<T>, answer: Answering): Ran<T> {
  const replies = new Map<string, Reply>();
  const hellos: HelloSeen[] = [];
  const have = (dialogue: Dialogue<unknown>): unknown => {
    const step = dialogue.talk().next();
    if (step.done) throw new Error('expected a hello');
    const sent = (step.value as Step).send;
    const known = replies.get(dialogue.label);
    const hello = readHello(sent);
    const reply = known ?? answer(hello, dialogue.label);
    if (known === undefined) hellos.push(hello);
    replies.set(dialogue.label, reply);
    const received = (step.value as Step).keep?.(reply.received) ?? reply.received;
    const steps = [{ sent, received, receivedBytes: reply.received.length, ended: reply.ended }];
    return retell(dialogue, { label: dialogue.label, brief: false, steps });
  };
  const ask = (inquiry: Probing<unknown>): unknown => {
    let state = inquiry.next();
    while (!state.done) {
      state = inquiry.next(
        state.value.map((asked) => ('inquire' in asked ? ask(asked.inquire()) : have(asked))),
      );
    }
    return state.value;
  };
  return { value: ask(probing) as T, labels: [...replies.keys()], hellos };
}

export interface Simulated {
  readonly version: RecordVersion;
  readonly suites: readonly number[];
  readonly groups?: readonly number[];
  /** Absent: the order of the hello decides. */
  readonly ownOrder?: boolean;
  /** What is answered to a hello with nothing in common. */
  readonly otherwise?: Reply;
  readonly prime?: Uint8Array;
  /** Both 2 by default. */
  readonly generator?: Uint8Array;
  readonly key?: Uint8Array;
  readonly chaChaFirst?: boolean;
}

export const failure = complete(record(21, Buffer.from([2, 40])));
export const alertOf = (code: number): Reply => complete(record(21, Buffer.from([2, code])));
export { complete, ended };

export function offeredGroups({ extensions }: HelloSeen): number[] {
  const body = extensions.get(10);
  if (body === undefined) return [];
  return Array.from({ length: body.readUInt16BE(0) / 2 }, (_, index) => body.readUInt16BE(2 + 2 * index));
}

function choose(own: readonly number[], offered: readonly number[], ownOrder: boolean): number | undefined {
  return ownOrder ? own.find((each) => offered.includes(each)) : offered.find((each) => own.includes(each));
}

/** A server that does what its configuration says. */
export function server(simulated: Simulated): Answering {
  const { version, groups = [0x001d], ownOrder = true, otherwise = failure } = simulated;
  return (hello) => {
    if (hello.version !== version) return complete(record(21, Buffer.from([2, 70])));
    const first = hello.suites.find((suite) => simulated.suites.includes(suite));
    const chaCha =
      simulated.chaChaFirst === true && first !== undefined && suiteName(first).includes('CHACHA');
    const suite = choose(simulated.suites, hello.suites, ownOrder && !chaCha);
    const group = choose(groups, offeredGroups(hello), ownOrder);
    if (suite === undefined) return otherwise;
    if (version === 'TLSv1.3') {
      if (group === undefined) return otherwise;
      return complete(record(22, serverHelloMessage(version, { suite, retryGroup: group })));
    }
    const exchange = keyExchange(suite, group, simulated);
    if (exchange === 'none fits') return otherwise;
    const flight = [serverHelloMessage(version, { suite }), exchange, Buffer.from([14, 0, 0, 0])];
    return complete(record(22, Buffer.concat(flight)));
  };
}

const vector = (body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);

function keyExchange(
  suite: number,
  group: number | undefined,
  { prime, generator = Buffer.from([2]), key = Buffer.from([2]) }: Simulated,
): Buffer | 'none fits' {
  const { keyExchange: kind, authentication } = suiteProperties(suiteName(suite));
  const hint = kind.endsWith('PSK') ? vector(Buffer.from('hint')) : Buffer.alloc(0);
  const signature = authentication === 'RSA' ? Buffer.from([8, 4, 0, 2, 1, 1]) : Buffer.alloc(0);
  if (kind.startsWith('ECDHE')) {
    if (group === undefined) return 'none fits';
    return message(Buffer.concat([hint, Buffer.from([3, group >> 8, group & 255, 1, 4]), signature]));
  }
  if (!kind.startsWith('DHE') || prime === undefined) return Buffer.alloc(0);
  return message(Buffer.concat([hint, vector(prime), vector(generator), vector(key), signature]));
}

function message(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([12, 0, body.length >> 8, body.length & 255]), body]);
}
