import { attacksValue } from '../../../dist/tls/attacks/attacks-value.js';
import { probeAttacks } from '../../../dist/tls/attacks/probe-attacks.js';
import { compressionValue, probeCompression } from '../../../dist/tls/compression-inquiry.js';
import { probeEnumeration } from '../../../dist/tls/enumeration.js';
import { extensionsValue } from '../../../dist/tls/extensions-inquiry.js';
import { fallbackValue, probeFallback } from '../../../dist/tls/fallback-inquiry.js';
import { flawsValue } from '../../../dist/tls/flaws/flaws-value.js';
import { probeFlaws } from '../../../dist/tls/flaws/probe-flaws.js';
import { groupsValue, probeGroups } from '../../../dist/tls/groups-inquiry.js';
import { primesValue, probePrimes } from '../../../dist/tls/primes-inquiry.js';
import { probeVersions } from '../../../dist/tls/prober.js';
import { dialogueEvidence, retell } from '../../../dist/tls/recorded-dialogue.js';
import { derivations } from '../../../dist/tls/rederive.js';
import { seededRandom } from '../../../dist/tls/seeded-random.js';
import { suitesValue } from '../../../dist/tls/suites-value.js';
import { versionsValue } from '../../../dist/tls/versions-value.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { hostilePeer } from '../hostile-peer.js';
import { received } from './seeds.js';

const inquiries = [
  ['tls.versions', (_versions, options) => probeVersions(options), versionsValue],
  ['tls.suites', probeEnumeration, suitesValue],
  ['tls.groups', probeGroups, groupsValue],
  ['tls.primes', probePrimes, primesValue],
  ['tls.extensions', probeEnumeration, extensionsValue],
  ['tls.compression', probeCompression, compressionValue],
  ['tls.fallback', probeFallback, fallbackValue],
  ['tls.flaws', probeFlaws, flawsValue],
  ['tls.attacks', probeAttacks, attacksValue],
];
const options = { serverName: 'host.test', random: seededRandom(new Uint8Array(32)) };
const place = {
  host: 'host.test',
  address: '192.0.2.1',
  port: 443,
  atMs: undefined,
  seed: '00'.repeat(32),
  ...options,
};
const versionNames = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3', 'SSLv2'];
const most = { dialogues: 1500, rounds: 1500, steps: 12 };

/**
 * Whole inquiries over many connections to a server that answers as the input says. The first octet chooses the
 * inquiry, the second which versions are taken for accepted; the others are how the server behaves.
 */
export const inquiry = {
  name: 'tls-inquiries',
  about: 'whole inquiries over many connections, against a server that answers as it likes',
  form: 'bytes',
  share: 0.004,
  batch: 50,
  inputMs: 1000,
  limitBytes: 2048,
  errors: /^$/,
  files: [
    'tls/prober',
    'tls/enumeration',
    'tls/elimination',
    'tls/suite-probing',
    'tls/joint-probing',
    'tls/group-probing',
    'tls/preference',
    'tls/primes-inquiry',
    'tls/flaws/probe-flaws',
    'tls/flaws/robot',
    'tls/flaws/heartbleed',
  ],
  seeds: () => [...behaviours(), ...foundInputs('tls-inquiries')],
  run(bytes) {
    const [fact, probe, value] = inquiries[(bytes[0] ?? 0) % inquiries.length];
    const versions = Object.fromEntries(
      versionNames.map((name, bit) => [name, ((bytes[1] ?? 0) >> bit) & 1 ? 'refused' : 'accepted']),
    );
    const peer = hostilePeer(bytes.subarray(2), received());
    const { result, dialogues } = have(probe(versions, options), peer);
    const found = value(result);
    const again = derivations[fact](
      { ...place, connections: dialogues.map(dialogueEvidence) },
      () => versions,
    );
    same(again, found, 'the fact follows from the transcript');
    return fact;
  },
};

function behaviours() {
  return inquiries.flatMap((_, index) =>
    [[], [0], [0, 0, 1], [1], [2], [3, 9], [4], [5], [6, 200], [7], [0, 0, 0, 0, 0, 2]].map((how) =>
      Uint8Array.from([index, 0, ...how]),
    ),
  );
}

/** Runs an inquiry as a scan does: what was asked before is not asked again. */
function have(probing, peer) {
  const known = new Map();
  const inquiries = new Map();
  const answer = (asked) => {
    if ('inquire' in asked) {
      if (!inquiries.has(asked.label)) inquiries.set(asked.label, run(asked.inquire()));
      return inquiries.get(asked.label);
    }
    const recorded = known.get(asked.label) ?? speak(asked, peer);
    known.set(asked.label, recorded);
    holds(known.size <= most.dialogues, 'connections are bounded');
    return retell(asked, recorded);
  };
  const run = (inquiring) => {
    let state = inquiring.next();
    for (let round = 0; !state.done; round++) {
      holds(round < most.rounds, 'an inquiry has an end');
      state = inquiring.next(state.value.map(answer));
    }
    return state.value;
  };
  return { result: run(probing), dialogues: [...known.values()] };
}

function speak({ label, brief = false, talk }, peer) {
  const steps = [];
  const told = talk();
  const connection = peer.connect();
  let state = told.next();
  while (!state.done) {
    holds(steps.length < most.steps, 'a connection has an end');
    const { send, until, keep } = state.value;
    const { bytes, ended } = connection.answer(send, until);
    steps.push({ sent: send, received: keep?.(bytes) ?? bytes, receivedBytes: bytes.length, ended });
    state = told.next(steps.at(-1));
  }
  return { label, brief, steps };
}
