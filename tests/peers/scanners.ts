import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cipherSuites, hexCode } from '../../src/tls/cipher-suites.ts';
import { ssl2CipherKinds } from '../../src/tls/registry.ts';

/** What a scanner says of one port: `TLSv1.2 0xc02f`, in any order. */
export type Listing = readonly string[];

/** Suites, as sslscan has them with the OpenSSL that it is built with. */
export function sslscan(port: number): Listing {
  const xml = execFileSync('sslscan', ['--xml=-', `127.0.0.1:${port}`], { encoding: 'utf8' });
  const cipher =
    /<cipher status="\w+" sslversion="((?:TLS|SSL)v[\d.]+)" bits="\d+" cipher="[^"]*" id="0x(\w+)"/g;
  return [...xml.matchAll(cipher)].map(
    ([, version = '', id = '']) => `${named(version)} 0x${id.toLowerCase()}`,
  );
}

/** Groups of the TLS 1.3 that sslscan knows. */
export function sslscanGroups(port: number): readonly string[] {
  const xml = execFileSync('sslscan', ['--xml=-', '--no-ciphersuites', `127.0.0.1:${port}`], {
    encoding: 'utf8',
  });
  const group = /<group sslversion="TLSv1.3" bits="\d+" name="[^"]*" id="0x(\w+)"/g;
  return [...xml.matchAll(group)].map(([, id = '']) => `0x${id.toLowerCase().padStart(4, '0')}`);
}

const codes: ReadonlyMap<string, string> = new Map([
  ...[...cipherSuites].map(([code, name]) => [name, hexCode(code)] as const),
  ...[...ssl2CipherKinds].map(([code, name]) => [name, `0x${code.toString(16).padStart(6, '0')}`] as const),
]);

/** `ssl-enum-ciphers` and `sslv2`. */
export function nmap(port: number): Listing {
  const scripts = '+ssl-enum-ciphers,+sslv2';
  const text = execFileSync('nmap', ['-n', '-Pn', '-p', String(port), '--script', scripts, '127.0.0.1'], {
    encoding: 'utf8',
  });
  let version = '';
  const found: string[] = [];
  for (const line of text.split('\n')) {
    version = /^\|\s+((?:TLS|SSL)v[\d.]+):/.exec(line)?.[1] ?? version;
    if (/^\|\s+SSLv2 supported/.test(line)) version = 'SSLv2';
    const suite = /^\|_?\s+((?:TLS|SSL2)_\w+)/.exec(line)?.[1];
    const name = suite?.replace(/^TLS_AKE_WITH_/, 'TLS_').replace(/^SSL2_/, 'SSL_CK_');
    if (name !== undefined) found.push(`${version} ${codes.get(name) ?? name}`);
  }
  return [...new Set(found)];
}

/** Each suite by version (`-E`). */
export function testssl(port: number): Listing {
  const folder = mkdtempSync(join(tmpdir(), 'assay-testssl-'));
  try {
    const file = join(folder, 'testssl.json');
    const options = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--ip', '127.0.0.1'];
    execFileSync('testssl', [...options, '--jsonfile', file, '-E', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const findings: { id: string; finding: string }[] = JSON.parse(readFileSync(file, 'utf8'));
    return findings.flatMap(({ id, finding }) => {
      const [, version = '', code = ''] = /^cipher-(\w+)_x(\w+)/.exec(id) ?? [];
      return code === '' || /not a?vailable|not offered/.test(finding)
        ? []
        : [`${testsslVersions[version] ?? version} 0x${code.padStart(4, '0')}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const testsslVersions: Readonly<Record<string, string>> = {
  ssl2: 'SSLv2',
  ssl3: 'SSLv3',
  tls1: 'TLSv1.0',
  tls1_1: 'TLSv1.1',
  tls1_2: 'TLSv1.2',
  tls1_3: 'TLSv1.3',
};

/** sslscan and OpenSSL say TLSv1 in some places. */
function named(version: string): string {
  return version === 'TLSv1' ? 'TLSv1.0' : version;
}
