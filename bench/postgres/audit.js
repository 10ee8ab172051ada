// A whole audit, collected, judged, sealed and reported, against its queries alone: node bench/postgres/audit.js [runs]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurn } from '../tls/measured.js';
import { assayScan, intoFreshFolder } from '../tls/scans.js';
import { questionsOf } from './questions.js';
import { sizes, startServer } from './server.js';

const runs = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const out = join(folder, 'bundle');
const questions = join(folder, 'questions.json');
const bare = new URL('./bare.js', import.meta.url).pathname;
try {
  for (const [name, size] of Object.entries(sizes)) await audit(name, size);
} finally {
  rmSync(folder, { recursive: true });
}

async function audit(name, size) {
  const { url, connection, passwordFile, stop } = await startServer(size, folder);
  const env = { ...process.env, PGPASSFILE: passwordFile };
  try {
    rmSync(out, { recursive: true, force: true });
    spawnOnce(assayScan(out, url), env);
    const databases = questionsOf(out);
    writeFileSync(questions, JSON.stringify({ connection, databases }));
    const commands = {
      'the same queries, bare pg': [process.execPath, bare, questions],
      'assay scan': assayScan(out, url),
      'assay scan, HTML': assayScan(out, '--format', 'html', url),
      'assay scan, HTML and PDF': assayScan(out, '--format', 'html,pdf', url),
    };
    const accepted = async () => 0;
    const results = await inTurn(commands, runs, { accepted, env, ...intoFreshFolder(out) });
    const asked = Object.values(databases).reduce((sum, each) => sum + each.length, 0);
    const { tables, columns, roles } = size;
    print(
      `${name}: ${size.databases.length + 2} databases, ${tables} tables, ${tables * columns} columns, ${roles} roles; ${asked} queries, median of ${runs}`,
      results,
    );
  } finally {
    await stop();
  }
}

/** The first audit tells what there is to ask. What nobody declared here is not tested, which ends with 4. */
function spawnOnce([command, ...args], env) {
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status !== 0 && status !== 4) throw new Error(`expected an audit, got ${status}: ${stderr}`);
}

function print(title, results) {
  const { wallMs, cpuMs, rssMb } = Object.values(results)[0];
  console.log(`\n${title}\n| | wall ms | CPU ms | MB |\n|---|---|---|---|`);
  for (const [name, one] of Object.entries(results)) {
    const cells = [
      `${one.wallMs.toFixed(0)} (${(one.wallMs / wallMs).toFixed(1)})`,
      `${one.cpuMs.toFixed(0)} (${(one.cpuMs / cpuMs).toFixed(1)})`,
      `${one.rssMb.toFixed(0)} (${(one.rssMb / rssMb).toFixed(1)})`,
    ];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}
