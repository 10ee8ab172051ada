import { issuerOf } from '../../../dist/dns/caa.js';
import { dkimKeyOf } from '../../../dist/dns/dkim-key.js';
import { parseDmarc } from '../../../dist/dns/dmarc.js';
import { replyOf } from '../../../dist/dns/lookup.js';
import {
  answers,
  decodeFirstAnswer,
  decodeMessage,
  encodeQuery,
  upToFirstAnswer,
} from '../../../dist/dns/message.js';
import { announcesPolicy, parsePolicy } from '../../../dist/dns/mta-sts.js';
import { parseSpf } from '../../../dist/dns/spf-record.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';

const types = ['A', 'AAAA', 'CAA', 'MX', 'NS', 'SOA', 'TXT', 'TLSA', 'CNAME'];
const query = Buffer.from(
  encodeQuery({ name: 'a.example', type: 'TXT', id: 7, recursive: true, edns: false }),
);

/** A message of a name server. */
export const dnsMessage = {
  name: 'dns-message',
  about: 'a message of a name server, and what it says about a question',
  form: 'bytes',
  share: 8,
  limitBytes: 64 * 1024,
  errors: /^$/,
  files: ['dns/message', 'dns/name', 'dns/records', 'dns/lookup'],
  seeds: () => [...messages(), ...foundInputs('dns-message')],
  run(bytes) {
    const message = decodeMessage(bytes);
    answers(bytes, query);
    same(
      decodeFirstAnswer(upToFirstAnswer(bytes))?.answers,
      decodeFirstAnswer(bytes)?.answers,
      'what is kept of a transfer says the same',
    );
    if (message === undefined) return 'none';
    holds(message.answers.length + message.authorities.length <= 1024, 'records are bounded');
    for (const type of types)
      holds(replyOf(message, { name: 'a.example', type }) !== undefined, 'a message says something');
    return message.answers.length > 0 ? 'answers' : 'no answers';
  },
};

const header = (flags, ...counts) =>
  Buffer.from([0, 7, flags >> 8, flags & 255, ...counts.flatMap((count) => [0, count])]);
const question = query.subarray(12);
const record = (type, data) =>
  Buffer.concat([
    Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 1, 0, data.length >> 8, data.length & 255]),
    data,
  ]);
const text = (value) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);

/** RFC 1035 §4, RFC 8659 §4.1, RFC 6698 §2.1; one answer, many, aliases, referrals, errors. */
function messages() {
  const data = {
    1: Buffer.from([192, 0, 2, 1]),
    2: Buffer.from('026e73c00c', 'hex'),
    5: Buffer.from('01620765786d70616c6500', 'hex'),
    6: Buffer.from('026e73c00c0472000c00c00c00000001000000020000000300000004000000'.slice(0, 60), 'hex'),
    15: Buffer.from('000a046d61696cc00c', 'hex'),
    16: Buffer.concat([text('v=spf1 -all'), text('more')]),
    28: Buffer.alloc(16, 1),
    52: Buffer.concat([Buffer.from([3, 1, 1]), Buffer.alloc(32, 9)]),
    257: Buffer.concat([Buffer.from([0]), text('issue'), Buffer.from('ca.example')]),
  };
  const records = Object.entries(data).map(([type, bytes]) => {
    const one = record(Number(type) & 255, bytes);
    one[2] = Number(type) >> 8;
    return one;
  });
  const whole = (flags, list, counts) =>
    Uint8Array.from(Buffer.concat([header(flags, 1, ...counts), question, ...list]));
  return [
    ...records.map((one) => whole(0x8180, [one], [1, 0, 0])),
    whole(0x8180, records, [records.length, 0, 0]),
    whole(0x8400, records.slice(0, 3), [0, 2, 1]),
    whole(0x8183, [], [0, 0, 0]),
    whole(0x8385, [], [0, 0, 0]),
  ];
}

/** Policies that a domain publishes as text; the first octet chooses which. */
export const dnsPolicy = {
  name: 'dns-policy',
  about: 'SPF, DKIM, DMARC, CAA and MTA-STS texts',
  form: 'text',
  share: 6,
  limitBytes: 16 * 1024,
  errors: /^$/,
  files: ['dns/spf-record', 'dns/dkim-key', 'dns/dmarc', 'dns/mta-sts', 'dns/tags', 'dns/spf-macro'],
  seeds: () => [
    ...policies.map((policy, index) =>
      Uint8Array.from(Buffer.from(String.fromCharCode(48 + (index % readers.length)) + policy)),
    ),
    ...foundInputs('dns-policy'),
  ],
  run(bytes) {
    const read = readers[(bytes[0] ?? 0) % readers.length];
    const policy = Buffer.from(bytes.subarray(1)).toString('latin1');
    same(read(policy), read(policy), 'the same text is read the same');
  },
};

const readers = [
  parseSpf,
  (one) => dkimKeyOf([one]),
  parseDmarc,
  issuerOf,
  parsePolicy,
  (one) => announcesPolicy([one]),
];
const policies = [
  'v=spf1 a mx:b.example ip4:192.0.2.0/24 ip6:2001:db8::/32 include:%{d}.c.example exists:%{ir}.d.example -all',
  'v=DKIM1; k=rsa; h=sha256; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7; t=y:s; n=note',
  'v=DMARC1; p=reject; sp=quarantine; pct=50; rua=mailto:a@b.example!10m; adkim=s',
  'ca.example; account=1; validationmethods=dns-01',
  'version: STSv1\r\nmode: enforce\r\nmx: *.mail.example\r\nmx: mx.example\r\nmax_age: 604800\r\n',
  'v=STSv1; id=20260101T000000;',
  'v=spf1 redirect=_spf.example',
  'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
];
