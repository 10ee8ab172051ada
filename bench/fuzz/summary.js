import { writeFileSync } from 'node:fs';

/** One line for each target, as it ends. */
export function printSummary(result) {
  const { name, done, seconds, kept, slowestMs, findings } = result;
  const share = percent(result);
  const rate = Math.round(done / seconds);
  console.log(
    `${name}: ${done} inputs in ${seconds.toFixed(1)} s (${rate}/s), ${kept.length} kept, ${share} of the code reached, slowest ${slowestMs.toFixed(0)} ms, ${findings.size} findings`,
  );
  console.log(
    `  ${Object.entries(result.outcomes)
      .map(([outcome, times]) => `${outcome} ${times}`)
      .join(', ')}`,
  );
}

function percent({ reached }) {
  const files = Object.values(reached);
  const total = files.reduce((sum, file) => sum + file.total, 0);
  const ran = files.reduce((sum, file) => sum + file.ran, 0);
  return total === 0 ? 'none' : `${((100 * ran) / total).toFixed(1)} %`;
}

/** Tables in Markdown, for docs/fuzzing.md. */
export function writeSummary(path, seed, results) {
  const rows = results.map(row);
  const total = results.reduce((sum, { done }) => sum + done, 0);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  writeFileSync(
    path,
    `Seed ${seed}, Node ${process.version}: ${group(total)} inputs in ${(seconds / 60).toFixed(1)} minutes.

| target | inputs | per second | corpus, of it found | code reached | slowest | findings |
|---|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}

${results.map(files).join('\n')}
`,
  );
}

function row(result) {
  const { name, done, seconds, seeds, kept, slowestMs, findings } = result;
  const slowest = slowestMs === 0 ? 'under 25 ms' : `${slowestMs.toFixed(0)} ms`;
  return `| \`${name}\` | ${group(done)} | ${group(Math.round(done / seconds))} | ${seeds + kept.length}, ${kept.length} | ${percent(result)} | ${slowest} | ${findings.size} |`;
}

function files({ name, reached }) {
  const parts = Object.entries(reached).map(
    ([file, { total, ran }]) => `${file} ${total === 0 ? '–' : `${((100 * ran) / total).toFixed(0)} %`}`,
  );
  return `- \`${name}\`: ${parts.join(', ')}`;
}

function group(number) {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
