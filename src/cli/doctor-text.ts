import { visible } from '../report/visible.ts';
import { counted } from '../report/words.ts';
import type { Diagnosis, Examination, NotTested, Sight } from './doctor.ts';

/** A diagnosis for people, system by system. */
export function* doctorText({ vantage, subjects }: Diagnosis): Iterable<string> {
  yield `${counted(subjects.length, 'system')}, looked at from ${visible(vantage)}. Nothing was judged or kept.\n`;
  for (const subject of subjects) yield* subjectLines(subject);
}

function* subjectLines(subject: Examination): Iterable<string> {
  const { kind, locator, address, host, failure, facts, controls, notTested } = subject;
  const where = address === undefined || address === host ? '' : ` (${address})`;
  yield `\n${visible(`${locator}${where}`)}: ${kind}\n`;
  yield `  reached    ${reachInWords[subject.reach]}${connectionsInWords(subject)}\n`;
  if (subject.login !== undefined) yield `  as         ${visible(loginInWords(subject.login))}\n`;
  const said = Object.entries(subject.saysOfItself).map(([name, value]) => `${name} ${value}`);
  if (said.length > 0) yield `  says       ${visible(said.join(', '))}\n`;
  if (facts.length === 0) yield '  nothing is asked of it: no selected control is about it\n';
  else if (failure === undefined) yield* sightLines(facts);
  else yield* reasonLines('nothing', `${counted(facts.length, 'fact')} unseen`, failure);
  yield `  ${controlsInWords(controls, notTested.length)}\n`;
  const told = failure === undefined ? (one: NotTested) => causesInWords(one, facts) : () => '';
  for (const one of notTested) yield `    ${one.control}${visible(told(one))}\n`;
}

const reachInWords: Readonly<Record<Examination['reach'], string>> = {
  reached: 'yes',
  'not-reached': 'no',
  unknown: 'cannot be told',
};

const connectionsInWords = ({ connections }: Examination): string =>
  connections === 0 ? '' : `, ${counted(connections, 'connection')}`;

const loginInWords = ({ name, privileges }: NonNullable<Examination['login']>): string =>
  privileges.length === 0 ? name : `${name} (${privileges.join(', ')})`;

const controlsInWords = (controls: number, notTested: number): string =>
  notTested === 0
    ? `${counted(controls, 'control')}: each would come to a conclusion`
    : `not tested would be ${notTested} of ${counted(controls, 'control')}`;

function* sightLines(facts: readonly Sight[]): Iterable<string> {
  for (const one of facts) {
    switch (one.sight) {
      case 'seen':
        yield `  seen       ${one.fact}\n`;
        break;
      case 'partly':
        yield `  partly     ${one.fact}\n`;
        for (const { what, why } of one.missing) yield `             without ${visible(`${what}: ${why}`)}\n`;
        break;
      case 'unseen':
        yield* reasonLines('unseen', one.fact, one.reason);
    }
  }
}

function* reasonLines(
  word: string,
  what: string,
  { code, message, remedy }: { readonly code: string; readonly message: string; readonly remedy: string },
): Iterable<string> {
  yield `  ${word.padEnd(10)} ${what}: ${visible(message)} (${code})\n`;
  yield `             fix: ${visible(remedy)}\n`;
}

/** A fact that was not seen has been told of above; any other cause is told here. */
function causesInWords({ causes }: NotTested, facts: readonly Sight[]): string {
  const told = new Set(facts.flatMap(({ fact, sight }) => (sight === 'seen' ? [] : [fact])));
  const words = causes.map(({ fact, code, message, remedy }) =>
    told.has(fact) ? `${fact} ${code}` : `${message} (${code}; fix: ${remedy})`,
  );
  return words.length === 0 ? '' : `: ${[...new Set(words)].join(', ')}`;
}
