import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import { handshake12 } from '../../src/tls/handshake/handshake12.ts';
import type { Offer12 } from '../../src/tls/handshake/hello12.ts';
import { offeredSuites12, suites12 } from '../../src/tls/handshake/suites12.ts';
import { extensionType, groups, signatureSchemes } from '../../src/tls/registry.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';
import type { KeyKind } from '../x509/authority.ts';
import { credential, inMemoryServer, retold, tellOver } from './talking.ts';

const random = seededRandom(createHash('sha256').update('handshake12').digest());

function offer(label: string, more: Partial<Offer12> = {}): Offer12 {
  return {
    label,
    random,
    serverName: 'host.test',
    version: 'TLSv1.2',
    suites: offeredSuites12('TLSv1.2'),
    groups: Object.values(groups),
    signatureSchemes: Object.values(signatureSchemes),
    ...more,
  };
}

const up12 = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2' } as const;
const rsa = credential('rsa');
/** OpenSSL's names of what it has with the kind of key. */
const suitesOf = {
  rsa: [
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-RSA-AES256-SHA384',
    'ECDHE-RSA-CAMELLIA128-SHA256',
    'DHE-RSA-AES128-GCM-SHA256',
    'DHE-RSA-AES256-SHA256',
    'DHE-RSA-AES256-CCM8',
    'AES128-GCM-SHA256',
    'AES256-SHA',
    'AES128-CCM',
    'CAMELLIA256-SHA256',
  ],
  ec: ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-CCM8', 'ECDHE-ECDSA-AES256-SHA'],
} as const;

describe('handshake12 with node:tls', () => {
  it.each(Object.entries(suitesOf).flatMap(([kind, names]) => names.map((name) => [name, kind as KeyKind])))(
    'completes with %s',
    async (ciphers, kind) => {
      const connect = inMemoryServer({
        ...credential(kind as KeyKind),
        ...up12,
        ciphers: `${ciphers}:@SECLEVEL=0`,
        dhparam: 'auto',
      });
      const { value } = await tellOver(connect(), handshake12(offer(ciphers), 'complete'));
      expect(value.broken).toBeUndefined();
      expect(value).toMatchObject({ finished: true, ended: 'complete', resumed: false });
      expect(value.certificates?.map(({ der }) => der)).toEqual([credential(kind as KeyKind).der]);
      expect(value.ticket?.lifetimeSeconds).toBe(7200);
      const exchange = suites12.get(value.suite ?? 0)?.exchange;
      expect(value.proof?.result).toBe(exchange === 'RSA' ? undefined : 'valid');
    },
  );

  it.each(['TLSv1.0', 'TLSv1.1'] as const)('completes in %s', async (version) => {
    for (const ciphers of ['ECDHE-RSA-AES128-SHA', 'DHE-RSA-AES256-SHA', 'AES128-SHA']) {
      const context = { ...rsa, ...up12, ciphers: `${ciphers}:@SECLEVEL=0`, dhparam: 'auto' };
      const connect = inMemoryServer(context);
      const { value } = await tellOver(
        connect(),
        handshake12(
          offer(`${version} ${ciphers}`, { version, suites: offeredSuites12(version) }),
          'complete',
        ),
      );
      expect(value.broken).toBeUndefined();
      expect(value).toMatchObject({ finished: true, version: version === 'TLSv1.0' ? 0x0301 : 0x0302 });
      expect(value.proof?.result).toBe(ciphers === 'AES128-SHA' ? undefined : 'valid');
    }
  });

  it.each(['P-256', 'P-384', 'P-521', 'X25519', 'X448', 'brainpoolP256r1', 'brainpoolP512r1'])(
    'agrees over %s',
    async (ecdhCurve) => {
      const connect = inMemoryServer({ ...rsa, ...up12, ciphers: 'ECDHE', ecdhCurve });
      const { value } = await tellOver(connect(), handshake12(offer(ecdhCurve), 'complete'));
      expect(value).toMatchObject({ finished: true, proof: { result: 'valid' } });
    },
  );

  it('completes without encrypt-then-MAC as well', async () => {
    // SSL_OP_NO_ENCRYPT_THEN_MAC
    const context = { ...rsa, ...up12, ciphers: 'AES128-SHA256', secureOptions: 0x0008_0000 };
    const { value } = await tellOver(
      inMemoryServer(context)(),
      handshake12(offer('MAC then encrypt'), 'complete'),
    );
    expect(value.finished).toBe(true);
    expect(value.extensions?.has(extensionType.encryptThenMac)).toBe(false);
  });

  it('resumes by ticket, and not by one that was altered', async () => {
    const connect = inMemoryServer({ ...rsa, ...up12 });
    const first = await tellOver(connect(), handshake12(offer('first'), 'complete'));
    const session = first.value.session!;
    const again = await tellOver(
      connect(),
      handshake12(offer('again', { resume: { by: 'ticket', session } }), 'complete'),
    );
    expect(again.value).toMatchObject({ resumed: true, finished: true });
    const altered = { ...session, ticket: session.ticket.map((byte) => byte ^ 1) };
    const other = await tellOver(
      connect(),
      handshake12(offer('altered', { resume: { by: 'ticket', session: altered } }), 'complete'),
    );
    expect(other.value).toMatchObject({ resumed: false, finished: true });
  });

  it('asks for a client certificate and goes on, or not, without one', async () => {
    const asked = { requestCert: true } as const;
    const context = { ...rsa, ...up12, ca: rsa.cert };
    const required = inMemoryServer(context, { ...asked, rejectUnauthorized: true });
    const refused = await tellOver(required(), handshake12(offer('required'), 'complete'));
    expect(refused.value).toMatchObject({ flightDone: true, request: { authoritiesTotal: 1 } });
    const optional = inMemoryServer(context, { ...asked, rejectUnauthorized: false });
    const admitted = await tellOver(optional(), handshake12(offer('optional'), 'complete'));
    expect(admitted.value).toMatchObject({ finished: true, request: { authoritiesTotal: 1 } });
  });

  it('gives the same again from what was said', async () => {
    const connect = inMemoryServer({ ...rsa, ...up12, ciphers: 'ECDHE-RSA-AES128-SHA256' });
    const { value, steps } = await tellOver(connect(), handshake12(offer('again'), 'complete'));
    expect(value.finished).toBe(true);
    expect(retold(handshake12(offer('again'), 'complete'), steps)).toEqual(value);
  });

  it('makes nothing but outcomes, however the flight is altered', async () => {
    for (const ciphers of ['ECDHE-RSA-AES128-SHA256', 'DHE-RSA-AES128-GCM-SHA256', 'AES128-SHA']) {
      const connect = inMemoryServer({ ...rsa, ...up12, ciphers, dhparam: 'auto' });
      const talk = () => handshake12(offer(`altered ${ciphers}`), 'complete');
      const { steps } = await tellOver(connect(), talk());
      const place = fc.tuple(
        fc.nat(steps.length - 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(255),
      );
      fc.assert(
        fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), fc.boolean(), (places, cut) => {
          const altered = steps.map((step) => ({ ...step, received: Uint8Array.from(step.received) }));
          for (const [index, at, value] of places) {
            const bytes = altered[index]!.received;
            const position = Math.floor(at * Math.max(0, bytes.length - 1));
            if (cut) altered[index]!.received = bytes.subarray(0, position);
            else if (bytes.length > 0) bytes[position] = value;
          }
          expect(retold(talk(), altered).keylog.length).toBeLessThanOrEqual(1);
        }),
        { numRuns: 100, seed: 1 },
      );
    }
  });
});

describe('offeredSuites12', () => {
  it('are suites with a certificate whose records are opened here', () => {
    const names = offeredSuites12('TLSv1.2').map((code) => cipherSuites.get(code) ?? '');
    expect(names).toContain('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    expect(names).toContain('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
    expect(names).toContain('TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256');
    expect(offeredSuites12('TLSv1.1')).not.toContain(0xc02f);
    expect(names.filter((name) => /PSK|anon|NULL|RC4|EXPORT|KRB5|SM4/.test(name))).toEqual([]);
  });
});
