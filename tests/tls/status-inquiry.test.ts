import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { status } from '../../src/tls/facts/status.ts';
import type { SentChain } from '../../src/tls/sent-chains.ts';
import { statusInquiries, statusValue } from '../../src/tls/status-facts.ts';
import { askIssuer, type StatusReply, type StatusRequest } from '../../src/tls/status-inquiry.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { at, issueCa, issueLeaf, party } from '../x509/authority.ts';
import { type Answer, issueList, issueOcsp } from '../x509/status-authority.ts';
import { statusUrls } from '../x509/status-urls.ts';

const ca = party('CA');
const root = party('Root');
const rootCertificate = issueCa(root, root);
const caCertificate = issueCa(ca, root, { extensions: statusUrls({ crl: ['http://crl.test/root'] }) });
const urls = { crl: ['http://crl.test/ca'], ocsp: ['http://ocsp.test/'] };
const leaf = issueLeaf(party('host.test'), ca, { extensions: statusUrls(urls) });
const hour = 3_600_000;
const times = { thisUpdate: new Date(at.getTime() - hour), nextUpdate: new Date(at.getTime() + hour) };
const revokedAt = new Date('2026-11-01T00:00:00Z');
const validate = factValidators([status])('tls.status');

const list = (overrides: Partial<Parameters<typeof issueList>[0]> = {}): Uint8Array =>
  issueList({ signer: ca, issuer: caCertificate, ...times, ...overrides });
const response = (answer: Partial<Answer> = {}): Uint8Array =>
  issueOcsp({
    signer: ca,
    responder: caCertificate,
    answers: [{ certificate: leaf, issuer: caCertificate, ...times, ...answer }],
  });
const revokedList = list({ revoked: [{ certificate: leaf, at: revokedAt, reason: 1 }] });
const rootList = issueList({ signer: root, issuer: rootCertificate, ...times });

interface Given {
  readonly der?: Uint8Array;
  readonly others?: readonly Uint8Array[];
  readonly staple?: Uint8Array;
  readonly staples?: readonly Uint8Array[];
  readonly replies?: Readonly<Record<string, Uint8Array>>;
  readonly trusted?: readonly Uint8Array[];
  readonly known?: readonly Uint8Array[];
}

/** What comes of asking, and what was asked. */
function ask({
  der = leaf,
  others = [caCertificate],
  staple,
  staples = staple === undefined ? [] : [staple],
  replies = {},
  trusted = [rootCertificate],
  known = [],
}: Given) {
  const chain: SentChain = {
    handshakes: ['TLSv1.3, RSA'],
    leaf: readCertificate(der),
    others: others.map(readCertificate),
    sendings: staples.map((one) => ({ handshake: 'TLSv1.3, RSA', asked: true, staple: one })),
  };
  const roots = { trusted: trustStore('own', trusted), public: trustStore('public', known) };
  const asked: string[] = [];
  const inquiries = statusInquiries({ chains: [chain], roots, atMs: at.getTime() });
  const answered = inquiries.map((inquiry) => {
    let step = inquiry.asking.next();
    while (!step.done) {
      const { kind, url } = step.value;
      asked.push(`${kind} ${url}`);
      const bytes = replies[url];
      const none: StatusReply = { kind: 'none', why: 'nobody there' };
      step = inquiry.asking.next(bytes === undefined ? none : { kind: 'body', bytes });
    }
    return { inquiry, status: step.value };
  });
  const value = statusValue(answered);
  expect(validate(value)).toBeUndefined();
  return { value, asked, inquiries };
}

const first = (given: Given) => ask(given).value.certificates[0]!;

describe('an issuer', () => {
  it('is not asked where the server stapled what it says', () => {
    const { value, asked } = ask({ staple: response() });
    expect(value.certificates[0]).toMatchObject({ status: 'good', source: 'staple' });
    const bad = response({ status: { revokedAt } });
    for (const staples of [
      [bad, response()],
      [response(), bad],
    ])
      expect(ask({ staples }).value.certificates[0]).toMatchObject({ status: 'revoked', source: 'staple' });
    expect(value.certificates[0]).not.toHaveProperty('host');
    expect(asked).toEqual(['crl http://crl.test/root']);
  });

  it.each([
    ['that it does not know', response({ status: 'unknown' })],
    ['out of date', response({ nextUpdate: new Date(at.getTime() - 1000) })],
    ['that is none', Uint8Array.of(1, 2)],
  ])('is asked where the server stapled something %s', (_, staple) => {
    const { value, asked } = ask({ staple, replies: { 'http://crl.test/ca': revokedList } });
    expect(value.certificates[0]).toMatchObject({
      status: 'revoked',
      source: 'crl',
      host: 'crl.test',
      revokedAt: revokedAt.toISOString(),
      revocationReason: 'keyCompromise',
    });
    expect(asked).toContain('crl http://crl.test/ca');
  });

  it('is asked for its list first, then by OCSP, and about intermediates', () => {
    const { value, asked } = ask({
      replies: { 'http://ocsp.test/': response(), 'http://crl.test/root': rootList },
    });
    expect(asked).toEqual(['crl http://crl.test/ca', 'ocsp http://ocsp.test/', 'crl http://crl.test/root']);
    expect(value.certificates).toMatchObject([{ status: 'good', source: 'ocsp', host: 'ocsp.test' }]);
    expect(value.authorities).toMatchObject([
      { subject: 'CN=CA,O=Assay Tests', status: 'good', source: 'crl' },
    ]);
  });

  it('that says nothing leaves all of what it was asked', () => {
    const item = first({});
    expect(item).not.toHaveProperty('status');
    expect(item).not.toHaveProperty('source');
    expect(item.statusSource).toBe(
      'list of revoked certificates from crl.test: nobody there; OCSP response from ocsp.test: nobody there',
    );
  });

  it('that is not known is not asked', () => {
    const { value, asked } = ask({ others: [], trusted: [] });
    expect(asked).toEqual([]);
    expect(value.certificates[0]?.statusSource).toContain('the certificate of who issued it is not known');
  });

  it('that nobody is, is not asked', () => {
    const alone = party('Alone');
    const der = issueLeaf(alone, alone, { extensions: statusUrls(urls) });
    const { value, asked } = ask({ der, others: [] });
    expect(asked).toEqual([]);
    expect(value.certificates[0]).toMatchObject({ selfSigned: true, statusSource: 'nothing says' });
  });

  it('is asked first even where the certificate lives for days only', () => {
    const der = issueLeaf(party('host.test'), ca, {
      notBefore: new Date('2026-11-18T00:00:00Z'),
      notAfter: new Date('2026-11-24T23:59:59Z'),
      extensions: statusUrls(urls),
    });
    expect(first({ der })).toMatchObject({ status: 'short-lived', source: 'validity' });
    const gone = list({ revoked: [{ certificate: der, at: revokedAt }] });
    expect(first({ der, replies: { 'http://crl.test/ca': gone } })).toMatchObject({ status: 'revoked' });
  });
});

describe('what is the own', () => {
  const ownOf = (given: Given): readonly boolean[] => ask(given).inquiries.map(({ isOwn }) => isOwn);

  it('leads to a declared root', () => {
    expect(ownOf({})).toEqual([true, true]);
    expect(ownOf({ trusted: [] })).toEqual([false, false]);
  });

  it('is not whatever leads to a public root, declared or not', () => {
    expect(ownOf({ known: [rootCertificate] })).toEqual([false, false]);
  });

  it('is nothing that only bears the name', () => {
    const imposter = party('Root');
    expect(ownOf({ trusted: [issueCa(imposter, imposter)] })).toEqual([false, false]);
  });
});

describe('whatever comes', () => {
  const question = {
    certificate: readCertificate(leaf),
    issuer: readCertificate(caCertificate),
    atMs: at.getTime(),
    isLeaf: true,
  };
  const damaged = fc
    .tuple(fc.constantFrom(list(), revokedList, response()), fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([bytes, place, change]) => {
      const copy = Uint8Array.from(bytes);
      copy[place % copy.length] = (copy[place % copy.length] as number) ^ change;
      return copy;
    });
  const reply: fc.Arbitrary<StatusReply> = fc.oneof(
    fc.record({ kind: fc.constant('body' as const), bytes: fc.oneof(fc.uint8Array(), damaged) }),
    fc.constant({ kind: 'none' as const, why: 'no' }),
  );

  it('nothing that was not signed says that a certificate is good', () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 2, maxLength: 2 }), (replies) => {
        const asking = askIssuer(question, [], () => undefined);
        let step: IteratorResult<StatusRequest, { readonly status?: string }> = asking.next();
        for (const one of replies) if (!step.done) step = asking.next(one);
        expect(step.done).toBe(true);
        expect(step.value).not.toHaveProperty('status');
      }),
      { numRuns: 500 },
    );
  });

  it('no URL, however odd, ends the asking', () => {
    fc.assert(
      fc.property(
        fc.array(fc.webUrl({ withFragments: true }), { maxLength: 6 }),
        fc.string(),
        (some, odd) => {
          const crl = [...some, odd];
          const der = issueLeaf(party('host.test'), ca, { extensions: statusUrls({ crl }) });
          const { asked, value } = ask({ der });
          expect(asked.length).toBeLessThanOrEqual(5);
          expect(value.certificates[0]).not.toHaveProperty('status');
        },
      ),
      { numRuns: 30 },
    );
  });
});
