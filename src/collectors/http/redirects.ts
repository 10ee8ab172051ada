import type { Answer } from '../../http/answer.ts';
import { deriveRedirects } from '../../http/derive.ts';
import { headers } from '../../http/facts/headers.ts';
import { type Redirects, redirects } from '../../http/facts/redirects.ts';
import { type Followed, followFromClear, mostHops, type Site } from '../../http/redirects.ts';
import type { Completeness } from '../../model/index.ts';
import type { Collected, FactCollector, ReadFact } from '../collector.ts';
import { nothingAnswered, redirectEvidence } from './evidence.ts';
import { budgetOfLooks, inTurn, maxPaths } from './in-turn.ts';
import type { HttpSession } from './session.ts';

/** Collects `http.redirects`. */
export const redirectsCollector: FactCollector<HttpSession> = {
  fact: redirects.name,
  needs: [headers.name],
  plan: {
    requests: [
      'GET in the clear of each path, and of what it redirects to on the same host, five requests at most',
    ],
    connections: maxPaths * mostHops,
    at: (_subject, { http }) => ({
      connections: http?.clearPort === undefined ? 0 : http.paths.length * mostHops,
    }),
  },
  async collect(session, read) {
    const { clearPort } = session.http;
    if (clearPort === undefined) return nothingDeclared(session);
    const site: Site = { host: session.host, port: session.port, clearPort };
    const followed = await followEach(session, site);
    const httpsAnswered = await answers(read);
    const { value, missing } = deriveRedirects(site.clearPort, followed, httpsAnswered);
    const evidence = [redirectEvidence(session, followed, httpsAnswered)];
    const { code = 'ERR_UNREACHABLE' } = [...followed.values()][0]?.unknown ?? {};
    const [first] = missing;
    if (first !== undefined && missing.length === followed.size)
      throw nothingAnswered({ code, why: first.why }, evidence, whereElse(clearPort));
    return {
      value,
      method: 'TEST',
      completeness: [completenessOf(session.http.paths, missing)],
      requests: session.http.paths.map(
        (path) =>
          `GET ${path} in the clear on port ${site.clearPort}, and what it redirects to on the same host`,
      ),
      evidence,
      withheld: [
        'queries, user information and path parameters of redirects, and the values of all other header fields: they could be secrets',
      ],
    };
  },
};

function whereElse(clearPort: number): string {
  return ` Where plain HTTP is not on port ${clearPort}, name its port: http-port, or --http-port.`;
}

/** Beside another port than 443 nobody knows where plain HTTP would be: nothing is asked, and the control says so. */
function nothingDeclared(session: HttpSession): Collected {
  const basis = `no port of plain HTTP is declared beside https on port ${session.port}`;
  const value: Redirects = { paths: [] };
  return {
    value,
    method: 'EXAMINE',
    completeness: [{ list: '/paths', basis, returned: 0, total: 0, missing: [] }],
    requests: [],
    evidence: [redirectEvidence(session, new Map(), false)],
    withheld: [],
  };
}

function followEach(session: HttpSession, site: Site): Promise<ReadonlyMap<string, Followed>> {
  return inTurn<Followed>(
    session.http.paths,
    budgetOfLooks.redirects * session.timeoutMs,
    (path) => follow(session, site, path),
    ({ unknown }) => unknown,
    (unknown) => ({ hops: [], unknown }),
    () => session.waitedMs,
  );
}

async function follow(session: HttpSession, site: Site, path: string): Promise<Followed> {
  const chain = followFromClear(site, path);
  let step = chain.next();
  while (!step.done) {
    const answer: Answer = await session.ask(step.value);
    step = chain.next(answer);
  }
  return step.value;
}

/** Whether the https port answered in this look. */
async function answers(read: ReadFact): Promise<boolean> {
  return read(headers.name).then(
    () => true,
    () => false,
  );
}

function completenessOf(paths: readonly string[], missing: Completeness['missing']): Completeness {
  const basis = 'each path that the target declares; / where it declares none';
  return { list: '/paths', basis, returned: paths.length - missing.length, total: paths.length, missing };
}
