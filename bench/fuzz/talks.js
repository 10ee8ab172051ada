import { dialogue12, usualDialogue13 } from '../../dist/tls/handshake/dialogues.js';
import { seededRandom } from '../../dist/tls/seeded-random.js';

const options = { serverName: 'host.test', random: seededRandom(Buffer.alloc(32)) };
const extent = 'complete';
const old = (version) => () => dialogue12(version, options, { label: `${version} fuzzing`, extent }).talk();

/** Handshakes of assay's own, whose every byte follows from what the server sends. */
export const talks = {
  'TLSv1.3': {
    version: 'TLSv1.3',
    begin: () => usualDialogue13(options, { label: 'TLSv1.3 fuzzing', extent }).talk(),
  },
  'TLSv1.2': { version: 'TLSv1.2', begin: old('TLSv1.2') },
  'TLSv1.1': { version: 'TLSv1.1', begin: old('TLSv1.1') },
  'TLSv1.0': { version: 'TLSv1.0', begin: old('TLSv1.0') },
};
export const talkNames = Object.keys(talks);

/** Has a talk with a server that says what is in `bytes`, from its first step to its last, and then hangs up. */
export function tellBytes(name, pieces) {
  const talk = talks[name].begin();
  let at = 0;
  let steps = 0;
  let state = talk.next();
  while (!state.done && steps < 20) {
    steps++;
    const heard = [];
    let complete = false;
    while (!complete && at < pieces.length) {
      heard.push(pieces[at]);
      complete = state.value.until(pieces[at++]);
    }
    const received = Buffer.concat(heard);
    state = talk.next({ received, ended: complete ? 'complete' : 'closed' });
  }
  return { value: state.done ? state.value : undefined, steps };
}
