import { type Answer, whyNone } from '../../http/answer.ts';
import { deriveHeaders } from '../../http/derive.ts';
import { headers } from '../../http/facts/headers.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { answerEvidence, nothingAnswered } from './evidence.ts';
import { budgetOfLooks, inTurn, maxPaths } from './in-turn.ts';
import type { HttpSession } from './session.ts';

/** Collects `http.headers`. */
export const headersCollector: FactCollector<HttpSession> = {
  fact: headers.name,
  needs: [],
  plan: {
    requests: ['GET over TLS of each path that the target declares, / without any'],
    connections: maxPaths,
    at: (_subject, { http }) => ({ connections: http?.paths.length ?? 0 }),
  },
  async collect(session) {
    const { paths } = session.http;
    const answers = await askEach(session);
    const evidence = [answerEvidence(session, answers)];
    const [first, ...others] = [...answers.values()].map(whyNone);
    if (first !== undefined && !others.includes(undefined)) throw nothingAnswered(first, evidence);
    const { value, missing } = deriveHeaders(answers);
    return {
      value,
      method: 'TEST',
      completeness: [completenessOf(paths, missing)],
      requests: paths.map((path) => `GET ${path} over TLS; the certificate is not verified for it`),
      evidence,
      withheld: ['the values of all header fields but Strict-Transport-Security: they could be secrets'],
    };
  },
};

function askEach(session: HttpSession): Promise<ReadonlyMap<string, Answer>> {
  return inTurn<Answer>(
    session.http.paths,
    budgetOfLooks.headers * session.timeoutMs,
    (path) => session.ask({ secure: true, path }),
    whyNone,
    (failure) => ({ kind: 'none', ...failure }),
    () => session.waitedMs,
  );
}

function completenessOf(paths: readonly string[], missing: Completeness['missing']): Completeness {
  const basis = 'each path that the target declares; / where it declares none';
  return { list: '/responses', basis, returned: paths.length - missing.length, total: paths.length, missing };
}
