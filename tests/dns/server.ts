import { createSocket, type RemoteInfo } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { type Answer, decode, encode, type Packet } from 'dns-packet';

/** What a server knows: records by `<name> <type>`; names without any do not exist. */
export type Records = Readonly<Record<string, readonly Omit<Answer, 'name' | 'ttl' | 'class'>[]>>;

export interface Asked {
  readonly packet: Packet;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly transport: 'udp' | 'tcp';
}

/** The bytes to answer with: one message, several, or none. */
export type Serve = (asked: Asked) => Buffer | readonly Buffer[] | undefined;

export interface DnsServer {
  readonly port: number;
  /** `<transport> <name> <type>` of each question, in order of arrival. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const flags = { authoritative: 0x400, truncated: 0x200, recursion: 0x80, authentic: 0x20 };
const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };

export interface Shape {
  readonly rcode?: keyof typeof codes;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly authentic?: boolean;
  readonly authoritative?: boolean;
  readonly truncated?: boolean;
  readonly id?: number;
}

/** An answer to a question, as another implementation of DNS writes it. */
export function answerTo({ packet }: Asked, shape: Shape = {}): Buffer {
  const {
    rcode = 'NOERROR',
    answers = [],
    authorities = [],
    authentic,
    authoritative,
    truncated,
    id,
  } = shape;
  return encode({
    type: 'response',
    id: id ?? packet.id ?? 0,
    flags:
      flags.recursion |
      codes[rcode] |
      (authentic ? flags.authentic : 0) |
      (authoritative ? flags.authoritative : 0) |
      (truncated ? flags.truncated : 0),
    questions: packet.questions ?? [],
    answers: [...answers],
    authorities: [...authorities],
  });
}

export const soa = (name: string): Answer => ({
  name,
  type: 'SOA',
  ttl: 60,
  data: {
    mname: `ns1.${name}`,
    rname: `root.${name}`,
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: 1,
  },
});

/** Serves records as a recursive server does: aliases followed, NXDOMAIN for what is not there. */
export function serving(records: Records, shape: Shape = {}): Serve {
  return (asked) => {
    const { answers, name } = chainIn(records, asked);
    const exists = Object.keys(records).some((key) => (key.split(' ')[0] ?? '').endsWith(name));
    const rcode = exists ? 'NOERROR' : 'NXDOMAIN';
    return answerTo(asked, { rcode, answers, authorities: [soa('test')], ...shape });
  };
}

/** The records of a name, and the aliases on the way to them; the name that they end at. */
function chainIn(records: Records, { name, type }: Asked, steps = 10): { answers: Answer[]; name: string } {
  const own = recordsAt(records, name, type);
  const [alias] = type === 'CNAME' || own.length > 0 || steps === 0 ? [] : recordsAt(records, name, 'CNAME');
  if (alias === undefined || !('data' in alias)) return { answers: [...own], name };
  const rest = chainIn(records, { name: String(alias.data), type } as Asked, steps - 1);
  return { answers: [alias, ...rest.answers], name: rest.name };
}

function recordsAt(records: Records, name: string, type: string): readonly Answer[] {
  return (records[`${name} ${type}`] ?? []).map(
    (record) => ({ name, ttl: 60, class: 'IN', ...record }) as Answer,
  );
}

export const a = (...addresses: readonly string[]) => addresses.map((data) => ({ type: 'A' as const, data }));
export const ns = (...names: readonly string[]) => names.map((data) => ({ type: 'NS' as const, data }));
export const mx = (...names: readonly string[]) =>
  names.map((exchange, index) => ({ type: 'MX' as const, data: { preference: index, exchange } }));
export const txt = (...texts: readonly string[]) =>
  texts.map((data) => ({ type: 'TXT' as const, data: chunks(data) }));
export const cname = (data: string) => [{ type: 'CNAME' as const, data }];
export const caa = (tag: 'issue' | 'issuewild' | 'iodef', value: string) => [
  { type: 'CAA' as const, data: { flags: 0, tag, value } },
];

/** A TXT string has at most 255 octets. */
const chunks = (text: string): string[] => text.match(/[\s\S]{1,255}/g) ?? [''];

/** A DNS server over UDP and TCP on one port of a loopback address. */
export async function dnsServer(serve: Serve, address = '127.0.0.1', wanted = 0): Promise<DnsServer> {
  const asked: string[] = [];
  const hear = (bytes: Buffer, transport: Asked['transport']): readonly Buffer[] => {
    const packet = decode(bytes);
    const [{ name, type } = { name: '', type: '' }] = packet.questions ?? [];
    asked.push(`${transport} ${name} ${type}`);
    const answer = serve({ packet, name: name.toLowerCase(), type, bytes, transport });
    return answer === undefined ? [] : [answer].flat();
  };
  const sockets = new Set<Socket>();
  const stream = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const answers = hear(chunk.subarray(2), 'tcp');
      for (const answer of answers) socket.write(framed(answer));
      if (answers.length === 0) socket.end();
    });
  });
  await new Promise<void>((resolve) => stream.listen(wanted, address, resolve));
  const { port } = stream.address() as { port: number };
  const datagram = createSocket('udp4');
  datagram.on('message', (bytes: Buffer, from: RemoteInfo) => {
    for (const answer of hear(bytes, 'udp')) datagram.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => datagram.bind(port, address, resolve));
  return {
    port,
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => stream.close(() => resolve())),
        new Promise<void>((resolve) => datagram.close(resolve)),
      ]);
    },
  };
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
