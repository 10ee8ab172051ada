import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from './make-certificates.js';

/** Writes OCSP responses, CRLs, and lists of SCTs (RFC 6962 §3.3) for the chain of `makeCertificates`. */
export function makeRevocation(work, folder) {
  mkdirSync(folder, { recursive: true });
  const put = (name, bytes) => writeFileSync(join(folder, name), bytes);
  const { serial } = serialOf(work);
  const entry = (state) =>
    `${state}\t360101000000Z\t${state === 'R' ? '260601000000Z,keyCompromise' : ''}\t${serial}\tunknown\t/CN=chain-leaf\n`;
  for (const [name, state] of [
    ['good', 'V'],
    ['revoked', 'R'],
    ['unknown', undefined],
  ]) {
    writeFileSync(join(work, 'index.txt'), state === undefined ? '' : entry(state));
    put(`ocsp-${name}.der`, ocsp(work));
    if (name === 'good') put('ocsp-nonce.der', ocsp(work, '-nonce'));
    if (name === 'good') put('ocsp-key-id.der', ocsp(work, '-resp_key_id'));
  }
  writeFileSync(
    join(work, 'index.txt'),
    entry('R') +
      entry('R').replace(serial, '7F00').replace('keyCompromise', 'holdInstruction,1.2.840.10040.2.2'),
  );
  put('crl.der', crl(work));
  writeFileSync(join(work, 'index.txt'), '');
  put('crl-empty.der', crl(work));
  for (const status of [1, 2, 3, 5, 6])
    put(`ocsp-error-${status}.der`, Buffer.from([0x30, 3, 0x0a, 1, status]));
  put('scts.bin', scts(work));
}

function serialOf(work) {
  const text = openssl(work, 'x509', '-in', 'chain-leaf.pem', '-noout', '-serial').toString();
  return { serial: text.trim().split('=')[1] };
}

function ocsp(work, ...more) {
  openssl(
    work,
    'ocsp',
    '-issuer',
    'chain-intermediate.pem',
    '-cert',
    'chain-leaf.pem',
    '-reqout',
    'request.der',
    ...(more.includes('-nonce') ? [] : ['-no_nonce']),
  );
  const how = more.filter((option) => option !== '-nonce');
  openssl(
    work,
    'ocsp',
    '-index',
    'index.txt',
    '-rsigner',
    'chain-intermediate.pem',
    '-rkey',
    'p256.key',
    '-CA',
    'chain-intermediate.pem',
    '-ndays',
    '7',
    '-reqin',
    'request.der',
    '-respout',
    'response.der',
    ...how,
  );
  return readFileSync(join(work, 'response.der'));
}

function crl(work) {
  writeFileSync(
    join(work, 'crl.cnf'),
    '[ca]\ndefault_ca=me\n[me]\ndatabase=index.txt\ndefault_md=sha256\ncrlnumber=crlnumber\ncrl_extensions=crl\n[crl]\nauthorityKeyIdentifier=keyid\nissuingDistributionPoint=critical,@idp\n[idp]\nfullname=URI:http://crl.example/1.crl\nonlyuser=TRUE\n',
  );
  writeFileSync(join(work, 'crlnumber'), '0F\n');
  openssl(
    work,
    'ca',
    '-gencrl',
    '-config',
    'crl.cnf',
    '-cert',
    'chain-intermediate.pem',
    '-keyfile',
    'p256.key',
    '-crldays',
    '7',
    '-out',
    'crl.pem',
  );
  return openssl(work, 'crl', '-in', 'crl.pem', '-outform', 'DER');
}

/** Two of version 1, one of a version to come. */
function scts(work) {
  const key = createPrivateKey(readFileSync(join(work, 'p256.key')));
  const one = (version, extensions) => {
    const log = createHash('sha256').update(`log ${version}`).digest();
    const head = Buffer.concat([
      Buffer.from([version]),
      log,
      Buffer.from('0000019a00000000', 'hex'),
      vector(extensions),
    ]);
    return vector(Buffer.concat([head, Buffer.from([4, 3]), vector(sign('sha256', head, key))]));
  };
  return vector(
    Buffer.concat([
      one(0, Buffer.alloc(0)),
      one(0, Buffer.from('0000050000000001', 'hex')),
      one(1, Buffer.alloc(3)),
    ]),
  );
}

function vector(body) {
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}
