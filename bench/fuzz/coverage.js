import { Session } from 'node:inspector';

/**
 * Which parts of the compiled parsers ran, by V8's precise block coverage. It counts code that is loaded after it was
 * started only. With call counts: in V8's binary mode a function's first report is its last one, and a batch with new
 * code could not be run again in halves to find the input that did it.
 */
export function startCoverage() {
  const session = new Session();
  session.connect();
  const post = (method, params) => {
    let result;
    session.post(method, params, (error, value) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      result = value;
    });
    return result;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const scripts = new Map();
  return {
    /** What ran since the last look: for each script, the characters that ran. Looking starts anew. */
    take: () => executed(post('Profiler.takePreciseCoverage').result, scripts),
    /** Number of characters of `ran` that never ran before. */
    news: (ran) => count(ran, scripts),
    /** Notes what ran; gives the number of characters that are new. */
    note: (ran) => note(ran, scripts),
    /** Of the scripts named: characters inside functions, and how many of them ran. */
    reached: (names) => reached(scripts, names),
  };
}

const ours = /\/dist\/(.+)\.js$/;

function executed(result, scripts) {
  const ran = [];
  for (const { url, functions } of result) {
    const name = ours.exec(url)?.[1];
    if (name === undefined || functions.length === 0) continue;
    const script = known(scripts, name, functions);
    const hits = new Uint8Array(script.inFunction.length);
    // Outer functions and blocks come before those within them.
    for (const { ranges } of functions.filter((each) => !isModule(each)))
      for (const range of ranges) hits.fill(range.count > 0 ? 1 : 0, range.startOffset, range.endOffset);
    ran.push({ name, hits });
  }
  return ran;
}

function isModule({ functionName, ranges }) {
  return functionName === '' && ranges[0].startOffset === 0;
}

function known(scripts, name, functions) {
  const length = Math.max(...functions.map(({ ranges }) => ranges[0].endOffset));
  const script = scripts.get(name) ?? { seen: new Uint8Array(0), inFunction: new Uint8Array(0) };
  if (script.seen.length < length) {
    script.seen = grown(script.seen, length);
    script.inFunction = grown(script.inFunction, length);
  }
  for (const each of functions.filter((one) => !isModule(one)))
    script.inFunction.fill(1, each.ranges[0].startOffset, each.ranges[0].endOffset);
  scripts.set(name, script);
  return script;
}

function grown(bytes, length) {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

function count(ran, scripts) {
  let fresh = 0;
  for (const { name, hits } of ran) {
    const { seen } = scripts.get(name);
    for (let at = 0; at < hits.length; at++) fresh += hits[at] & ~seen[at] & 1;
  }
  return fresh;
}

function note(ran, scripts) {
  const fresh = count(ran, scripts);
  if (fresh === 0) return 0;
  for (const { name, hits } of ran) {
    const { seen } = scripts.get(name);
    for (let at = 0; at < hits.length; at++) seen[at] |= hits[at];
  }
  return fresh;
}

function reached(scripts, names) {
  const of = (name) => {
    const { seen, inFunction } = scripts.get(name) ?? { seen: [], inFunction: [] };
    let total = 0;
    let ran = 0;
    for (let at = 0; at < inFunction.length; at++) {
      total += inFunction[at];
      ran += inFunction[at] & seen[at];
    }
    return { total, ran };
  };
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
