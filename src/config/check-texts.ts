import type { ControlFile } from './control-file.ts';
import { refusalOf } from './refusal.ts';
import type { YamlPath } from './yaml.ts';

/** What a text says of more tests than this, it says of none of them. */
const mostUses = 3;

const refusal = refusalOf('ERR_CONTROL');

function textsOf({ control }: ControlFile): readonly (readonly [text: string, path: YamlPath])[] {
  const ofLinks = Object.entries(control.satisfies).flatMap(([framework, links]) =>
    links.flatMap(({ proves, doesNotProve }, index) => [
      [proves, ['satisfies', framework, index, 'proves']] as const,
      [doesNotProve, ['satisfies', framework, index, 'does-not-prove']] as const,
    ]),
  );
  const own = [[control.proves, ['proves']] as const, [control.doesNotProve, ['does-not-prove']] as const];
  return [...own, ...ofLinks].flatMap(([text, path]) => (text === undefined ? [] : [[text, path] as const]));
}

/** Another case, spacing or full stop makes no other text. */
function normalized(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}

/**
 * What a control proves is said of that control: no text of `proves` and `does-not-prove` serves more than three.
 *
 * @throws AssayError ERR_CONTROL `file:line:column expected …, got …`
 */
export function checkTexts(files: readonly ControlFile[]): void {
  const uses = new Map<string, number>();
  for (const file of files) {
    const own = new Map(textsOf(file).map(([text, path]) => [normalized(text), path]));
    for (const [text, path] of own) {
      const count = (uses.get(text) ?? 0) + 1;
      uses.set(text, count);
      if (count > mostUses)
        throw refusal(
          file.at(path),
          `expected a text of its own, got that of ${mostUses} other controls`,
          'say what this control measures, and what it leaves open',
        );
    }
  }
}
