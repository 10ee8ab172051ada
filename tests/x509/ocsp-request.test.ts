import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { certificateFields } from '../../src/x509/certificate-fields.ts';
import { ocspRequest } from '../../src/x509/ocsp-request.ts';
import { issueCa, issueLeaf, party } from './authority.ts';

const ca = party('CA');
const issuer = issueCa(ca, ca);
const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

it('asks for one serial of one issuer, octet by octet as RFC 6960 section 4.1.1 has it', () => {
  const leaf = issueLeaf(party('host.test'), ca, { serial: 0x80ff });
  const { serial } = certificateFields(leaf);
  const { subject, publicKeyBits } = certificateFields(issuer);
  expect(serial).toBe('0080ff');
  // OCSPRequest { tbsRequest { requestList { Request { CertID { SHA-1, name, key, serial } } } } }
  const id = `300906052b0e03021a05000414${sha1(subject)}0414${sha1(publicKeyBits)}0203${serial}`;
  const length = id.length / 2;
  const wrapped = [length, length + 2, length + 4, length + 6, length + 8]
    .reverse()
    .map((count) => `30${count.toString(16)}`);
  const request = Buffer.from(ocspRequest(readCertificate(leaf), readCertificate(issuer)));
  expect(request.toString('hex')).toBe(`${wrapped.join('')}${id}`);
});
