// The smallest hellos that a server of the bench takes, written out: so that its rate owes nothing to assay's code.
const u8 = (bytes) => Buffer.concat([Buffer.from([bytes.length]), bytes]);
const u16 = (bytes) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const extension = (type, body) => Buffer.concat([Buffer.from([type >> 8, type & 255]), u16(body)]);
const two = (...codes) => Buffer.from(codes.flatMap((code) => [code >> 8, code & 255]));
const groups = extension(10, u16(two(0x001d, 0x0017)));
const signatures = extension(13, u16(two(0x0403, 0x0804, 0x0401)));

function hello(suites, extensions) {
  const body = Buffer.concat([
    two(0x0303),
    Buffer.alloc(32, 7),
    u8(Buffer.alloc(0)),
    u16(suites),
    Buffer.from([1, 0]),
  ]);
  const whole = Buffer.concat([body, u16(Buffer.concat(extensions))]);
  const message = Buffer.concat([Buffer.from([1, 0, whole.length >> 8, whole.length & 255]), whole]);
  return Buffer.concat([Buffer.from([22, 3, 1]), u16(message)]);
}

/** TLS 1.2 with one suite. */
export const hello12 = (suite) => hello(two(suite), [groups, signatures]);

/** TLS 1.3 without key shares: the server has to ask for one. */
export const hello13 = () =>
  hello(two(0x1301, 0x1302), [
    groups,
    signatures,
    extension(43, u8(two(0x0304))),
    extension(51, u16(Buffer.alloc(0))),
  ]);
