// Makes bench/fuzz/corpus anew, with openssl, gnutls-serv and nginx: node bench/fuzz/make-corpus.js
// Keys live in a temporary folder only. Every run makes other keys: commit what a run made, or leave it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from './make-certificates.js';
import { makeHandshakes } from './make-handshakes.js';
import { makeRevocation } from './make-revocation.js';

const corpus = fileURLToPath(new URL('corpus', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'assay-corpus-'));
try {
  for (const kind of ['certificates', 'revocation'])
    rmSync(join(corpus, kind), { recursive: true, force: true });
  makeCertificates(work, join(corpus, 'certificates'));
  makeRevocation(work, join(corpus, 'revocation'));
  const talks = [];
  const handshakes = await makeHandshakes(work, talks);
  writeFileSync(join(corpus, 'talks.json'), `${JSON.stringify(talks, undefined, 2)}\n`);
  writeFileSync(join(corpus, 'handshakes.json'), `${JSON.stringify(handshakes, undefined, 2)}\n`);
  for (const { name, received } of handshakes) console.log(`${name}: ${received.length / 2} bytes`);
} finally {
  rmSync(work, { recursive: true });
}
