// The queries of an audit and nothing else, over one connection to each database: node bench/postgres/bare.js <questions>
import { readFileSync } from 'node:fs';
import pg from 'pg';

const { connection, databases } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const [database, questions] of Object.entries(databases)) {
  const client = new pg.Client({ ...connection, database });
  await client.connect();
  for (const { query, parameters } of questions) await client.query(query, parameters);
  await client.end();
}
