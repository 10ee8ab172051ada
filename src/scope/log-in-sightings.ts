import type { Json, SubjectRecord } from '../model/index.ts';

/** The fact of a log that says when roles were let in. */
export const logInsSource = 'auditlog.actors';

/** Log-ins of one role, over the logs of all that a target resolved to. */
export interface MetLogIns {
  readonly count: number;
  /** RFC 3339. */
  readonly times: readonly string[];
  /** Each of them has its time, and every log that was seen has every log-in. */
  readonly whole: boolean;
}

interface ActorsSeen {
  readonly logInsWhole: boolean;
  readonly actors: readonly {
    readonly role: string;
    readonly logIns?: number;
    readonly logInTimes?: readonly string[];
  }[];
}

export interface LogInSightings {
  add(record: SubjectRecord<unknown>): void;
  of(targetId: string, role: string): MetLogIns;
}

export function logInSightings(): LogInSightings {
  const logs = new Map<string, ActorsSeen[]>();
  return {
    add: ({ subject, observations }) => {
      for (const observation of observations) {
        if (observation.fact !== logInsSource || observation.kind !== 'seen') continue;
        const seen = observation.value as Json as unknown as ActorsSeen;
        logs.set(subject.targetId, [...(logs.get(subject.targetId) ?? []), seen]);
      }
    },
    of: (targetId, role) => {
      const seen = logs.get(targetId) ?? [];
      const actors = seen.flatMap((log) => log.actors.filter((actor) => actor.role === role));
      return {
        count: actors.reduce((sum, { logIns = 0 }) => sum + logIns, 0),
        times: actors.flatMap(({ logInTimes = [] }) => logInTimes),
        whole:
          seen.every(({ logInsWhole }) => logInsWhole) &&
          actors.every(({ logInTimes }) => logInTimes !== undefined),
      };
    },
  };
}
