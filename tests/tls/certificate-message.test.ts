import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import { decodeCertificateMessage } from '../../src/tls/certificate-message.ts';

function vector(lengthSize: number, body: Uint8Array): Buffer {
  const length = Buffer.alloc(lengthSize);
  length.writeUIntBE(body.length, 0, lengthSize);
  return Buffer.concat([length, body]);
}

/** As a server of each form would encode it. */
function encoded(certificates: readonly Uint8Array[], form: 'TLSv1.3' | 'TLSv1.2'): Buffer {
  const extensions = vector(2, Buffer.from([0, 5, 0, 2, 1, 0]));
  const entries = certificates.map((der) =>
    form === 'TLSv1.3' ? Buffer.concat([vector(3, der), extensions]) : vector(3, der),
  );
  const list = vector(3, Buffer.concat(entries));
  return form === 'TLSv1.3' ? Buffer.concat([vector(1, Buffer.alloc(0)), list]) : list;
}

const forms = ['TLSv1.3', 'TLSv1.2'] as const;

describe.each(forms)('decodeCertificateMessage, %s', (form) => {
  it('gives the certificates in the order sent', () => {
    const certificates = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 64 });
    fc.assert(
      fc.property(certificates, (list) => {
        const decoded = decodeCertificateMessage(encoded(list, form), form);
        expect(decoded.map(({ der }) => [...der])).toEqual(list.map((der) => [...der]));
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it.each([
    ['nothing', () => Buffer.alloc(0)],
    ['a truncated list', () => encoded([Buffer.alloc(9)], form).subarray(0, -1)],
    ['bytes after the list', () => Buffer.concat([encoded([Buffer.alloc(9)], form), Buffer.alloc(1)])],
    ['more certificates than any server sends', () => encoded(Array(65).fill(Buffer.alloc(1)), form)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeCertificateMessage(bytes(), form)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_DECODE' }),
    );
  });

  it('throws nothing but ERR_TLS_DECODE', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeCertificateMessage(bytes, form);
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
          expect(error).toMatchObject({ code: 'ERR_TLS_DECODE' });
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
