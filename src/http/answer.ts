import type { Head } from './head.ts';

/** A request: GET of a path and query, over TLS on the target's port or in the clear on the port beside it. */
export interface Ask {
  readonly secure: boolean;
  /** Path and query, percent-encoded. */
  readonly path: string;
}

/** What is read of a response. Fields of other names are counted, and their values go nowhere. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** Values of every Location field: could hold secrets, and is never kept as it is. */
  readonly locations: readonly string[];
  /** Values of every Strict-Transport-Security field, in the order sent. */
  readonly policies: readonly string[];
  readonly setsCookie: boolean;
  readonly fields: number;
}

export type Answer =
  | Answered
  /** The machine itself refused the connection (RST to the first SYN): nothing listens there. */
  | { readonly kind: 'nothing-listens' }
  | { readonly kind: 'none'; readonly code: string; readonly why: string };

export function answerOf({ status, fields }: Head): Answered {
  const valuesOf = (name: string): readonly string[] =>
    fields.filter((field) => field.name === name).map(({ value }) => value);
  return {
    kind: 'answered',
    status,
    locations: valuesOf('location'),
    policies: valuesOf('strict-transport-security'),
    setsCookie: valuesOf('set-cookie').length > 0,
    fields: fields.length,
  };
}

/**
 * The lines of a request: no cookie, nothing that could change anything (RFC 9110 §9.2.1), one answer.
 *
 * @param host host and port as a URL has them
 */
export function requestLines(path: string, host: string, userAgent: string): readonly string[] {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    `User-Agent: ${userAgent}`,
    'Accept: */*',
    'Connection: close',
  ];
}

/** Why nothing is known where something should have answered; undefined where it did. */
export function whyNone(answer: Answer): { readonly code: string; readonly why: string } | undefined {
  switch (answer.kind) {
    case 'answered':
      return undefined;
    case 'nothing-listens':
      return { code: 'ERR_UNREACHABLE', why: 'the connection was refused' };
    case 'none':
      return answer;
  }
}
