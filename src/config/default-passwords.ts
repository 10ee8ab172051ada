import type { DefaultPassword, DefaultPasswords } from '../model/index.ts';
import { refusalOf } from './refusal.ts';
import { parseSecretReference } from './secret-reference.ts';
import type { YamlPath, YamlSource } from './yaml.ts';

/** `default-passwords:` of a target. */
export type RawDefaultPasswords = readonly { readonly role: string; readonly passwords: readonly string[] }[];

const refusal = refusalOf('ERR_CONFIG');

/** Throws ERR_CONFIG with the place of a role that stands there twice: each would be tried as often as is allowed for one. */
export function defaultPasswordsOf(
  raw: RawDefaultPasswords | undefined,
  path: YamlPath,
  source: YamlSource,
): readonly DefaultPasswords[] | undefined {
  const roles = new Set<string>();
  return raw?.map(({ role, passwords }, index) => {
    if (roles.has(role))
      throw refusal(
        source.at([...path, 'default-passwords', index, 'role']),
        'expected each role once, got one again',
        'put its passwords into one list',
      );
    roles.add(role);
    return { role, passwords: passwords.map(passwordOf) };
  });
}

/** The schema lets no other kind of reference through. */
function passwordOf(text: string): DefaultPassword {
  const reference = parseSecretReference(text);
  return reference === undefined || reference.kind === 'exec' ? { kind: 'role-name' } : reference;
}
