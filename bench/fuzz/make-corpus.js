// Makes bench/fuzz/corpus anew, with openssl, gnutls-serv and nginx: node bench/fuzz/make-corpus.js [talks]
// With `talks`: only assay's own handshakes, as is needed when its hello has changed. Keys live in a temporary folder
// only. Every run makes other keys: commit what a run made, or leave it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from './make-certificates.js';
import { makeHandshakes } from './make-handshakes.js';
import { makeRevocation } from './make-revocation.js';

const corpus = fileURLToPath(new URL('corpus', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'assay-corpus-'));
const onlyTalks = process.argv[2] === 'talks';
const into = onlyTalks ? work : corpus;
try {
  if (!onlyTalks)
    for (const kind of ['certificates', 'revocation'])
      rmSync(join(corpus, kind), { recursive: true, force: true });
  makeCertificates(work, join(into, 'certificates'));
  makeRevocation(work, join(into, 'revocation'));
  const talks = [];
  const handshakes = await makeHandshakes(work, talks);
  write(corpus, 'talks', talks);
  write(into, 'handshakes', handshakes);
  console.log(`${talks.length} talks, ${onlyTalks ? 0 : handshakes.length} handshakes`);
} finally {
  rmSync(work, { recursive: true });
}

function write(folder, name, list) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(list, undefined, 2)}\n`);
}
