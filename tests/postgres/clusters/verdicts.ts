import type { CollectedRecord, Observation } from '../../../src/model/index.ts';
import { judge, library } from '../../control-cases.ts';
import { topics } from './index.ts';

/** Every control of a PostgreSQL server. */
export const controls = library.filter(({ loaded }) => loaded.source.control.subject === 'postgres-server');

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
export function verdicts(record: CollectedRecord): Readonly<Record<string, readonly string[]>> {
  const all = controls.map((control) => ({ id: idOf(control), reason: verdictOf(control, record) }));
  const idsWith = (reason: string) => all.filter((one) => one.reason === reason).map(({ id }) => id);
  return Object.fromEntries(all.map(({ reason }) => [reason, idsWith(reason)]));
}
