import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { judgeCrl } from '../../src/x509/crl-check.ts';
import { judgeOcsp } from '../../src/x509/ocsp.ts';
import { at } from './authority.ts';
import { statusCases } from './status-cases.ts';

describe('what a signed source says of a certificate', () => {
  it.each(statusCases(at))('$name', ({ source, bytes, certificate, issuer, expected, why }) => {
    const judge = source === 'ocsp' ? judgeOcsp : judgeCrl;
    const question = {
      certificate: readCertificate(certificate),
      issuer: readCertificate(issuer),
      atMs: at.getTime(),
    };
    const verdict = judge(bytes, question);
    expect(verdict).toMatchObject(
      why === undefined ? { kind: expected } : { kind: expected, why: expect.stringMatching(why) },
    );
  });
});
