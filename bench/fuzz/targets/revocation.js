import { readCertificate } from '../../../dist/x509/certificate.js';
import { certificateFields } from '../../../dist/x509/certificate-fields.js';
import { readTimestamps } from '../../../dist/x509/certificate-timestamps.js';
import { findRevoked, readRevocationList } from '../../../dist/x509/crl.js';
import { judgeCrl } from '../../../dist/x509/crl-check.js';
import { judgeOcsp } from '../../../dist/x509/ocsp.js';
import { rsaKey, weaknessesOf } from '../../../dist/x509/rsa-weakness.js';
import { statusExtensions } from '../../../dist/x509/status-extensions.js';
import { corpusFile, corpusFiles, foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { certificates } from './seeds.js';

const errors = /^ERR_(SIGNED_DATA_DECODE|CERTIFICATE)$/;
const question = {
  certificate: readCertificate(corpusFile('certificates/chain-leaf.der')),
  issuer: readCertificate(corpusFile('certificates/chain-intermediate.der')),
  atMs: corpusMadeAt(),
};

/** An instant at which the lists and answers of the corpus hold. */
function corpusMadeAt() {
  return Date.parse(readRevocationList(corpusFile('revocation/crl.der')).thisUpdate) + 60_000;
}

const kinds = ['good', 'unknown', 'revoked', 'invalid'];

/** An OCSP response, judged for the certificate it is about. */
export const ocsp = {
  name: 'x509-ocsp',
  about: 'an OCSP response, stapled or fetched, judged',
  form: 'der',
  share: 6,
  limitBytes: 24 * 1024,
  errors,
  files: ['x509/ocsp', 'x509/ocsp-response', 'x509/tlv', 'x509/signed-data'],
  seeds: () => [...corpusFiles('revocation'), ...foundInputs('x509-ocsp')],
  run(der) {
    const verdict = judgeOcsp(der, question);
    holds(kinds.includes(verdict.kind), 'a verdict is one of four');
    same(judgeOcsp(der, question).kind, verdict.kind, 'the same bytes give the same verdict');
    return verdict.kind;
  },
};

/** A list of revoked certificates. */
export const crl = {
  name: 'x509-crl',
  about: 'a list of revoked certificates: read, searched, judged',
  form: 'der',
  share: 6,
  limitBytes: 64 * 1024,
  errors,
  files: ['x509/crl', 'x509/crl-check', 'x509/tlv', 'x509/signed-data'],
  seeds: () => [...corpusFiles('revocation'), ...foundInputs('x509-crl')],
  run(der) {
    const verdict = judgeCrl(der, question);
    holds(kinds.includes(verdict.kind), 'a verdict is one of four');
    findRevoked(readRevocationList(der), '7f00');
    return verdict.kind;
  },
};

/** A list of timestamps of certificates. */
export const timestamps = {
  name: 'x509-timestamps',
  about: 'a list of certificate timestamps (RFC 6962)',
  form: 'bytes',
  share: 3,
  errors,
  files: ['x509/certificate-timestamps'],
  seeds: () => [corpusFile('revocation/scts.bin'), ...foundInputs('x509-timestamps')],
  run(bytes) {
    const list = readTimestamps(bytes);
    holds(list.length <= bytes.length / 40, 'no more timestamps than octets for them');
    return list.length > 0 ? 'list' : 'empty';
  },
};

/** The parts of a certificate as they were signed, without OpenSSL before them. */
export const fields = {
  name: 'x509-fields',
  about: 'the parts of a certificate octet by octet, and where its status is to be learned',
  form: 'der',
  share: 6,
  limitBytes: 24 * 1024,
  errors,
  files: ['x509/certificate-fields', 'x509/status-extensions', 'x509/tlv'],
  seeds: () => [...certificates(), ...foundInputs('x509-fields')],
  run(der) {
    const { members } = certificateFields(der);
    holds(
      members.every(({ whole }) => whole.length <= der.length),
      'parts are no longer than the whole',
    );
    return statusExtensions(der).malformed.length > 0 ? 'malformed extension' : 'read';
  },
};

/** What an RSA key shows of its weakness: big numbers that the server chose. */
export const weakness = {
  name: 'x509-weakness',
  about: 'RSA keys of certificates: fingerprints and factors of numbers that a server chose',
  form: 'der',
  share: 1,
  batch: 200,
  limitBytes: 24 * 1024,
  errors,
  files: ['x509/rsa-weakness', 'x509/roca', 'x509/close-factors', 'x509/small-factor'],
  seeds: () => [
    ...certificates().filter((der) => readCertificate(der).key.type.startsWith('rsa')),
    ...foundInputs('x509-weakness'),
  ],
  run(der) {
    const key = rsaKey(readCertificate(der));
    return key === undefined ? 'other' : weaknessesOf(key).join() || 'strong';
  },
};
