import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { checkNames } from '../../src/config/check-names.ts';
import { parseControl } from '../../src/config/control-file.ts';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import { groups, signatureSchemes, ssl2CipherKinds } from '../../src/tls/registry.ts';
import { suiteProperties } from '../../src/tls/suite-properties.ts';
import { refusalOf } from '../config/refusal.ts';

const suites = [...cipherSuites.values()];
const ciphers = [...suites, ...ssl2CipherKinds.values()].map((name) => suiteProperties(name).cipher);

/** By control: its list of registered names, and the registry. */
const lists: readonly (readonly [id: string, param: string, names: readonly string[]])[] = [
  ['tls.cipher.approved-suites', 'approved', suites],
  ['tls.cipher.rc4-des-3des-refused', 'refused', [...new Set(ciphers)]],
  ['tls.kex.approved-signatures', 'approved', Object.keys(signatureSchemes)],
  ['tls.kex.curves', 'approved', Object.keys(groups)],
];

function controlOf(id: string) {
  const file = `controls/tls/${id}.yaml`;
  return parseControl(file, readFileSync(file, 'utf8')).control;
}

test.each(lists)('%s: what %s may name is the registry', (id, param, names) => {
  expect([...(controlOf(id).params[param]?.allowed ?? [])].sort()).toEqual([...names].sort());
});

describe('a name that is not registered is refused where it stands', () => {
  function refused(id: string, param: string, name: string): string {
    const line = `${id}: { ${param}: { value: [${name}], reason: x } }`;
    const yaml = `targets: [{ id: web, url: "https://h" }]\nparams:\n  system:\n    ${line}\n`;
    const assayFile = parseAssayFile('assay.yaml', yaml);
    return refusalOf(() => checkNames(assayFile, [controlOf(id)], [])).message;
  }

  test.each([
    ['tls.kex.curves', 'approved', 'X25519', 'x25519', '4:43', 'its 56 registered names'],
    ['tls.kex.curves', 'approved', 'x25518', 'x25519', '4:43', 'its 56 registered names'],
    [
      'tls.kex.approved-signatures',
      'approved',
      'rsa_pss_rsae_sha265',
      'rsa_pss_rsae_sha256',
      '4:56',
      'its 49 registered names',
    ],
    [
      'tls.cipher.approved-suites',
      'approved',
      'TLS_AES_128_GCM_SHA265',
      'TLS_AES_128_GCM_SHA256',
      '4:55',
      'its 376 registered names',
    ],
  ])('%s %s %s', (id, param, name, meant, place, names) => {
    expect(refused(id, param, name)).toBe(
      `assay.yaml:${place} expected one of ${names}, got "${name}"; did you mean "${meant}"?`,
    );
  });
});
