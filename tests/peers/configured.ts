import { execFileSync } from 'node:child_process';

/** A suite as a library itself lists it. */
export interface ConfiguredSuite {
  readonly name: string;
  /** On the wire: 0xc02f. */
  readonly code: string;
}
export type ByVersion = Readonly<Record<string, readonly ConfiguredSuite[]>>;

const flags = {
  'TLSv1.0': '-tls1',
  'TLSv1.1': '-tls1_1',
  'TLSv1.2': '-tls1_2',
  'TLSv1.3': '-tls1_3',
} as const;

/**
 * What OpenSSL itself says that a cipher string stands for, by version, without what needs keys that the server has not.
 *
 * @param keys as `openssl ciphers -v` names them: Au=…
 * @param options of `s_server`: heeds `-psk` and `-no_tls1` …
 */
export function configuredOpenssl(
  ciphers: string,
  keys: readonly string[],
  options: readonly string[],
): ByVersion {
  const spoken = Object.entries(flags).filter(([, flag]) => !options.includes(`-no_${flag.slice(1)}`));
  const psk = options.includes('-psk') ? ['-psk'] : [];
  const entries = spoken.map(([version, flag]) => {
    const list = execFileSync('openssl', ['ciphers', '-s', flag, ...psk, '-V', '-stdname', ciphers], {
      encoding: 'utf8',
    });
    const lines = [...list.matchAll(/0x(..),0x(..)\s+- (\S+)\s.*Au=(\S+)/g)];
    const usable = lines.filter(([, , , , authentication = '']) => keys.includes(authentication));
    const suites = usable.map(([, high, low, name = '']) => ({
      name,
      code: `0x${high}${low}`.toLowerCase(),
    }));
    return [version, suites] as const;
  });
  return Object.fromEntries(entries.filter(([, suites]) => suites.length > 0));
}

export function gnutlsList(priority: string): string {
  return execFileSync('gnutls-cli', ['-l', '--priority', priority], { encoding: 'utf8' });
}

const oldest: Readonly<Record<string, number>> = {
  'SSL3.0': 0,
  'TLS1.0': 1,
  'TLS1.1': 2,
  'TLS1.2': 3,
  'TLS1.3': 4,
};

/** By version the suites of a priority string that need no other key than RSA. */
export function configuredGnutls(priority: string): ByVersion {
  const list = gnutlsList(priority);
  const spoken = /^Protocols: (.*)$/m.exec(list)?.[1]?.split(', ') ?? [];
  const suites = [...list.matchAll(/^(TLS_\S+)\s+0x(..), 0x(..)\s+(\S+)/gm)].filter(
    ([, name = '']) => !/ECDSA|PSK|SRP|DSS/.test(name),
  );
  const entries = spoken
    .filter((protocol) => protocol.startsWith('VERS-TLS'))
    .map((protocol) => {
      const version = protocol.slice('VERS-'.length);
      const fits = (least = ''): boolean =>
        version === 'TLS1.3'
          ? least === 'TLS1.3'
          : least !== 'TLS1.3' && (oldest[least] ?? 9) <= (oldest[version] ?? 0);
      const those = suites.flatMap(([, name = '', high, low, least]) =>
        fits(least) ? [{ name, code: `0x${high}${low}`.toLowerCase() }] : [],
      );
      return [version.replace('TLS', 'TLSv'), those] as const;
    });
  return Object.fromEntries(entries.filter(([, those]) => those.length > 0));
}
