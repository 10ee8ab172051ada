// What an audit asked, as its bundle has it: whichever facts there are.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** By database, each query with its parameters once; those of no other database were asked in `postgres`. */
export function questionsOf(bundle) {
  const asked = new Map();
  for (const { title, path } of evidenceOf(bundle)) {
    if (!title.startsWith('answer to query ')) continue;
    const { query, parameters } = JSON.parse(readFileSync(join(bundle, path), 'utf8'));
    // What was asked of the server without SQL is told in words.
    if (!/^(select|with|show)\s/i.test(query)) continue;
    const [, database = 'postgres'] = / in database (.+)$/.exec(title) ?? [];
    const known = asked.get(database) ?? new Map();
    asked.set(database, known.set(JSON.stringify([query, parameters]), { query, parameters }));
  }
  return Object.fromEntries([...asked].map(([database, each]) => [database, [...each.values()]]));
}

function evidenceOf(bundle) {
  const folder = join(bundle, 'data/observations');
  return readdirSync(folder).flatMap((file) =>
    JSON.parse(readFileSync(join(folder, file), 'utf8')).observations.flatMap(({ evidence }) => evidence),
  );
}
