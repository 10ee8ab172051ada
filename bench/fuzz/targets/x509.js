import { X509Certificate } from 'node:crypto';
import { readCertificate } from '../../../dist/x509/certificate.js';
import { decodeDer, parts } from '../../../dist/x509/der.js';
import { readName } from '../../../dist/x509/distinguished-name.js';
import { readExtensions } from '../../../dist/x509/extensions.js';
import { readTime } from '../../../dist/x509/time.js';
import { foundInputs } from '../corpus.js';
import { derWords } from '../dictionary.js';
import { holds, same } from '../executor.js';
import { certificates } from './seeds.js';

const errors = /^ERR_CERTIFICATE$/;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A whole certificate, against OpenSSL's reader. */
export const certificate = {
  name: 'x509-certificate',
  about: 'a whole certificate; what OpenSSL reads too is compared',
  form: 'der',
  share: 3,
  batch: 1000,
  limitBytes: 48 * 1024,
  errors,
  files: ['x509/certificate', 'x509/public-key', 'x509/signature-algorithm', 'x509/time'],
  seeds: () => [...certificates(), ...foundInputs('x509-certificate')],
  run(der) {
    const read = readCertificate(der);
    const native = new X509Certificate(der);
    holds(!controls.test(read.subject.text + read.issuer.text), 'names hold no control characters');
    sameSerial(read.serial, native.serialNumber.toLowerCase());
    holds(read.version >= 1 && read.version <= 256, 'the version is a number');
    sameDate(read.notAfter, native.validTo);
    sameDate(read.notBefore, native.validFrom);
    return `read, ${read.key.type}`;
  },
};

/** OpenSSL shows a negative serial number by its value, assay by its octets. */
function sameSerial(read, native) {
  const negative = native.startsWith('-') || Number.parseInt(read.slice(0, 2), 16) >= 0x80;
  if (!negative) same(BigInt(`0x${read}`), BigInt(`0x${native}`), 'OpenSSL reads the same serial number');
}

/** JavaScript reads a year of one or two digits, as OpenSSL writes it, as one of its own century. */
function sameDate(read, native) {
  const instant = Date.parse(native);
  if (!Number.isNaN(instant) && /\d{4} GMT$/.test(native))
    same(Date.parse(read), instant, 'OpenSSL reads the same date');
}

const tbs = (der) => parts(parts(decodeDer(der))[0]);
const sliceOf = (der, index) => {
  const all = topLevel(der);
  return all[index];
};

/** The DER of each value within the to-be-signed part, cut out by hand. */
function topLevel(der) {
  const outer = children(der, 0, der.length)[0];
  const body = children(der, outer.start, outer.end)[0];
  return children(der, body.start, body.end).map(({ from, end }) => der.subarray(from, end));
}

function children(der, from, to) {
  const found = [];
  for (let at = from; at < to; ) {
    const first = der[at + 1];
    const size = first < 0x80 ? 0 : first & 0x7f;
    let length = size === 0 ? first : 0;
    for (let index = 0; index < size; index++) length = length * 256 + der[at + 2 + index];
    const start = at + 2 + size;
    found.push({ from: at, start, end: start + length });
    at = start + length;
  }
  return found;
}

const ofVersion3 = () => certificates().filter((der) => tbs(der).length === 8);

/** A Name alone: OpenSSL, which refuses most of what is broken, does not stand before it. */
export const name = {
  name: 'x509-name',
  about: 'a distinguished name: string types, escapes, comparison',
  form: 'der',
  share: 15,
  limitBytes: 24 * 1024,
  errors,
  files: ['x509/distinguished-name', 'x509/der'],
  seeds: () => [...ofVersion3().map((der) => sliceOf(der, 5)), ...foundInputs('x509-name')],
  run(der) {
    const read = readName(decodeDer(der));
    holds(!controls.test(read.text), 'names hold no control characters');
    holds(read.text.length <= 16 * der.length + 16, 'the text is not much longer than the name');
    same(readName(decodeDer(der)), read, 'the same bytes give the same name');
  },
};

/** The list of extensions alone. */
export const extensions = {
  name: 'x509-extensions',
  about: 'extensions: constraints, usages, general names, name constraints, identifiers',
  form: 'der',
  share: 14,
  limitBytes: 24 * 1024,
  errors,
  files: ['x509/extensions', 'x509/general-names', 'x509/der'],
  seeds: () => [...ofVersion3().map((der) => explicit(sliceOf(der, 7))), ...foundInputs('x509-extensions')],
  run(der) {
    const read = readExtensions(parts(decodeDer(der)));
    holds((read.basicConstraints?.pathLength ?? 0) >= 0, 'a path length is no negative number');
    holds(new Set(read.unknownCritical).size === read.unknownCritical.length, 'each extension counts once');
    for (const part of [read.nameConstraints?.permitted, read.nameConstraints?.excluded])
      holds(
        (part?.ip ?? []).every(({ length }) => length === 8 || length === 32),
        'a constraint is an address and a mask',
      );
    return Object.keys(read).length > 1 ? 'known' : 'unknown';
  },
};

function explicit(der) {
  const [outer] = children(der, 0, der.length);
  return der.subarray(outer.start, outer.end);
}

/** A date. */
export const time = {
  name: 'x509-time',
  about: 'UTCTime and GeneralizedTime',
  form: 'der',
  share: 6,
  errors,
  files: ['x509/time'],
  seeds: () => [
    ...derWords.filter((word) => word[0] === 0x17 || word[0] === 0x18),
    ...ofVersion3().flatMap((der) =>
      children(sliceOf(der, 4), 2, sliceOf(der, 4).length).map(({ from, end }) =>
        sliceOf(der, 4).subarray(from, end),
      ),
    ),
    ...foundInputs('x509-time'),
  ],
  run(der) {
    const text = readTime(decodeDer(der));
    holds(new Date(text).toISOString() === text, 'a date is one that exists');
  },
};
