import { createHash } from 'node:crypto';

/** The namespace of assay's finding ids (UUIDv5, RFC 9562 §5.5); constant for ever. */
const findingNamespace = '6f0b8a52-6d0c-5f43-9a0e-4b1f6b6d8f11';

/** The id of the finding on one control and one subject: the same in every scan. */
export function findingId(controlId: string, subjectId: string): string {
  return uuid5(findingNamespace, JSON.stringify([controlId, subjectId]));
}

/** Names an exception across scans: of (control, subject, item key) only, never of a value or an order. */
export function fingerprint(controlId: string, subjectId: string, item: string): string {
  return sha256(JSON.stringify(['assay-exception', controlId, subjectId, item]));
}

/** Names what a control could not test of a subject, across scans. */
export function gapFingerprint(controlId: string, subjectId: string): string {
  return sha256(JSON.stringify(['assay-not-tested', controlId, subjectId]));
}

/** 64 lower-case hex digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
