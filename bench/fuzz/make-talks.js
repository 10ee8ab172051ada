import { connect } from 'node:net';
import { talks } from './talks.js';

/** assay's own handshakes with a server, in the order of `talks`: all that the server sent, hexadecimal. */
export async function makeTalks(port, versions) {
  const made = [];
  for (const [name, { version, begin }] of Object.entries(talks)) {
    if (!versions.includes(version)) continue;
    made.push({ name, received: (await tell(port, begin())).toString('hex') });
  }
  return made;
}

async function tell(port, talk) {
  const socket = connect(port, '127.0.0.1');
  const received = [];
  const inbox = [];
  let ended = false;
  let wake = () => undefined;
  socket.on('data', (chunk) => {
    received.push(chunk);
    inbox.push(chunk);
    wake();
  });
  for (const event of ['error', 'close', 'end'])
    socket.on(event, () => {
      ended = true;
      wake();
    });
  setTimeout(() => socket.destroy(), 2000);
  let state = talk.next();
  while (!state.done) state = talk.next(await hear(state.value));
  socket.destroy();
  return Buffer.concat(received);

  async function hear({ send, until }) {
    if (!ended) socket.write(send);
    const heard = [];
    for (;;) {
      const chunk = inbox.shift();
      if (chunk !== undefined) {
        heard.push(chunk);
        if (until(chunk)) return { received: Buffer.concat(heard), ended: 'complete' };
      } else if (ended) return { received: Buffer.concat(heard), ended: 'closed' };
      else
        await new Promise((resolve) => {
          wake = resolve;
        });
    }
  }
}
