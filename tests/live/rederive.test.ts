import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay } from '../cli/terminal.ts';
import { type Change, read, rejudged, replaced, sha256 } from '../verify/forging.ts';
import { type Site, startSite } from './scanning.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

async function scanned(name: string, control: string): Promise<string> {
  const folder = join(site.folder, name);
  await assay(['scan', `tls://127.0.0.1:${site.weak}`, '--control', control, '--out', folder]);
  return folder;
}

/** Changes a transcript together with what the record says of the file, as a forger does. */
function forgedTranscript(from: RegExp, to: string): Change {
  return (folder) => {
    const [subject] = readdirSync(join(folder, 'data/evidence')) as [string];
    const path = `data/evidence/${subject}`;
    const transcript = readdirSync(join(folder, path))
      .map((file) => `${path}/${file}`)
      .find((file) => file.endsWith('.json') && read(folder, file).includes('"label": "TLSv1.0 full"'));
    if (transcript === undefined) throw new Error('expected a transcript of the versions');
    const before = sha256(folder, transcript);
    replaced(transcript, from, to)(folder);
    const record = `data/observations/${subject}.json`;
    const bytes = Buffer.byteLength(read(folder, transcript));
    const entry = new RegExp(`"bytes": \\d+,(\\s+"mediaType": [^}]+"sha256": )"${before}"`);
    replaced(record, entry, `"bytes": ${bytes},$1"${sha256(folder, transcript)}"`)(folder);
  };
}

const verify = (folder: string) => assay(['verify', folder, '--rederive']);

test('facts are made again from what was sent and received', async () => {
  const { exitCode, stdout } = await verify(await scanned('honest', 'tls'));
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/facts: +\d+ made again from what was sent/)]);
});

test.each<[string, RegExp, string, string]>([
  [
    'an answer',
    /("label": "TLSv1.0 full",[^\]]+"received": ")[0-9a-f]+/,
    '$115030100020246',
    'another /TLSv1.0',
  ],
  ['what was sent', /("sent": "[0-9a-f]{40})[0-9a-f]{2}/, '$1ff', 'the bytes that follow from the seed'],
  ['the seed', /("seed": ")[0-9a-f]{8}/, '$100000000', 'the bytes that follow from the seed'],
  ['the endpoint', /"port": \d+/, '"port": 1', 'one of another endpoint'],
  [
    'a connection taken out',
    /"label": "TLSv1.2 full"/,
    '"label": "TLSv1.2 none"',
    'in the transcript, got none',
  ],
])('%s changed, with every hash and judgement made again, is found out', async (name, from, to, words) => {
  const folder = await scanned(name.replaceAll(' ', '-'), 'tls.protocol.tls13-offered');
  await rejudged(forgedTranscript(from, to))(folder);
  const { exitCode, stderr } = await verify(folder);
  expect(stderr).toContain(words);
  expect([exitCode, stderr]).toEqual([5, expect.stringContaining('ERR_VERIFY_FACT')]);
});
