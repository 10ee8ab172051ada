import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstFlight } from './flawed-servers.ts';
import { everythingIn, type Site, scan, startSite } from './scanning.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const secret = Buffer.from('canary-7f3Kq Authorization: Bearer\r\n'.repeat(20));
const alert = Buffer.from([21, 3, 3, 0, 2, 2, 40]);
const helloAlone = (): Buffer => {
  const flight = Buffer.from(firstFlight(true));
  const length = 4 + flight.readUIntBE(6, 3);
  flight.writeUInt16BE(length, 3);
  return flight.subarray(0, 5 + length);
};

/** Answers each hello of TLS 1.2, and any other by its alert; both with the secret behind. */
const with12 = (answer: () => Buffer) => (socket: Socket) => {
  socket.once('data', (hello: Buffer) => {
    const takes = hello[0] === 22 && hello.readUInt16BE(9) === 0x0303;
    socket.end(Buffer.concat([takes ? answer() : alert, secret]));
  });
};

test('what a service says behind an alert, a ServerHello or a ServerHelloDone is in no bundle', async () => {
  const serves = [with12(() => alert), with12(helloAlone), with12(() => firstFlight(true))];
  const ports = await Promise.all(serves.map(async (serve) => (await site.fake(serve)).port));
  const targets = ports.map((port) => `tls://127.0.0.1:${port}`);
  const options = ['--control', 'tls', '--probe', 'flaws', '--timeout', '1s', '--fail-on', 'none'];
  const { findings } = await scan(site, [...targets, ...options]);
  expect(findings.length).toBeGreaterThan(0);
  const files = everythingIn(site.folder);
  for (const encoding of ['utf8', 'base64', 'hex'] as const) {
    const text = Buffer.from('canary-7f3Kq').toString(encoding);
    expect(files.includes(text)).toBe(false);
  }
}, 60_000);
