import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('corpus/', import.meta.url));

/** Files of one kind, in the order of their names: real ones (`make-corpus.js`), and what campaigns found. */
export function corpusFiles(kind) {
  const path = `${folder}${kind}`;
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .sort()
    .map((name) => Uint8Array.from(readFileSync(`${path}/${name}`)));
}

export function corpusFile(path) {
  return Uint8Array.from(readFileSync(`${folder}${path}`));
}

/** A list kept as JSON: handshakes with what was sent, received, and their keys. */
export function corpusJson(name) {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
}

/** Inputs that campaigns of a target found and that were worth keeping. */
export function foundInputs(target) {
  return corpusFiles(`found/${target}`);
}

const longestKept = 2048;

/** Writes the inputs that reached new code; long ones stay out, so that the repository stays small. */
export function keepInputs(target, inputs) {
  for (const bytes of inputs.filter(({ length }) => length <= longestKept)) {
    const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    mkdirSync(`${folder}found/${target}`, { recursive: true });
    writeFileSync(`${folder}found/${target}/${name}`, bytes);
  }
}
