import type { CollectedRecord, Observation } from '../../../src/model/index.ts';
import { judge, library } from '../../control-cases.ts';
import { topics } from './index.ts';

/** What these servers cannot show both ways: postgres-state.test.ts and peers/postgres-standby.test.ts do. */
const elsewhere = [
  'postgres.capacity.prepared-transactions-ended',
  'postgres.param.data-checksums',
  'postgres.replica.healthy',
  'postgres.version.minor-current',
  'postgres.version.supported',
];

/** Every control of a PostgreSQL server that the weak and the hardened one are for. */
export const controls = library.filter(
  ({ loaded: { source } }) =>
    source.control.subject === 'postgres-server' && !elsewhere.includes(source.control.id),
);

type Control = (typeof controls)[number];

export const idOf = ({ loaded }: Control): string => loaded.source.control.id;

/** With the parameters of its topic. */
const judged = ({ loaded }: Control, { observations }: CollectedRecord): ReturnType<typeof judge> => {
  const { id } = loaded.source.control;
  const params = topics.map((topic) => topic.params?.[id]).find((one) => one !== undefined) ?? {};
  return judge(loaded, observations as unknown as readonly Observation[], params);
};

export const verdictOf = (control: Control, record: CollectedRecord): string =>
  judged(control, record).reason;

/** The items that fail a control. */
export const exceptionsOf = (id: string, record: CollectedRecord): readonly string[] =>
  controls
    .filter((control) => idOf(control) === id)
    .flatMap((control) => judged(control, record).exceptions.map(({ item }) => item));

/** Control ids by verdict. */
export function verdicts(
  record: CollectedRecord,
  of: readonly Control[] = controls,
): Readonly<Record<string, readonly string[]>> {
  const all = of.map((control) => ({ id: idOf(control), reason: verdictOf(control, record) }));
  const idsWith = (reason: string) => all.filter((one) => one.reason === reason).map(({ id }) => id);
  return Object.fromEntries(all.map(({ reason }) => [reason, idsWith(reason)]));
}
