import { AssayError, type StarttlsProtocol } from '../model/index.ts';
import type { Standing } from '../tls/upgrade/conversation.ts';
import type { Upgrade } from '../tls/upgrade/outcome.ts';
import type { Passage } from '../tls/upgrade/proxy.ts';
import type { Stage } from './channel.ts';
import { networkFailure } from './network-error.ts';

/** @throws AssayError unless the proxy opened a way to the target */
export function requirePassage(standing: Standing<Passage>, proxy: string, where: string): void {
  const passage = standing.kind === 'done' ? standing.result : undefined;
  if (passage?.kind === 'open') return;
  if (passage?.kind === 'unreachable')
    throw networkFailure('unreachable', where, `the proxy ${proxy} answered ${passage.code}`);
  if (passage?.kind === 'refused')
    throw new AssayError(
      'ERR_PROXY_REFUSED',
      `expected ${proxy} to connect to ${where}, got ${passage.code}`,
      {
        remedy:
          'Check proxy-credentials, and that the rules of the proxy let it connect to this address and port.',
      },
    );
  throw new AssayError(
    'ERR_PROXY_NOT_SPOKEN',
    `expected ${proxy} to speak its protocol, got something else`,
    {
      remedy:
        'Check the scheme and the port of the proxy: http:// is asked with CONNECT, socks5:// is SOCKS5.',
    },
  );
}

/** @throws AssayError unless TLS begins with the next byte */
export function requireUpgrade(standing: Standing<Upgrade>, protocol: StarttlsProtocol, where: string): void {
  const upgrade = standing.kind === 'done' ? standing.result : undefined;
  if (upgrade?.kind === 'upgraded') return;
  if (upgrade?.kind === 'refused')
    throw new AssayError(
      'ERR_STARTTLS_REFUSED',
      `expected ${protocol} at ${where} to begin TLS, got a refusal (${upgrade.code})`,
      { remedy: 'Give the service a certificate and let it offer TLS, or look at the port where it does.' },
    );
  throw noAnswer(standing, protocol, where);
}

/** Of a server that did not say whether it begins TLS. */
export function noAnswer(standing: Standing<Upgrade>, protocol: StarttlsProtocol, where: string): AssayError {
  if (standing.kind === 'done')
    return new AssayError(
      'ERR_STARTTLS_UNAVAILABLE',
      `expected ${protocol} at ${where} to serve us, got ${standing.result.code}`,
      {
        remedy:
          'Check whether a limit of connections or an allow-list keeps this machine out, then scan again.',
      },
    );
  return new AssayError('ERR_STARTTLS_NOT_SPOKEN', `expected ${protocol} at ${where}, got something else`, {
    remedy: 'Check scheme and port: where TLS begins with the first byte, the target is tls://host:port.',
  });
}

/** A connection that ended before TLS says nothing of TLS: it must not be taken for an answer to a ClientHello. */
export function beforeTls(error: Error, stage: Stage, proxy: string | undefined, where: string): Error {
  if (!(error instanceof AssayError) || stage === 'tls') return error;
  const ended = error.code === 'ERR_RESET' || error.code === 'ERR_CLOSED';
  if (stage === 'proxy' && proxy !== undefined && (ended || error.code === 'ERR_UNREACHABLE'))
    return new AssayError('ERR_PROXY_UNREACHABLE', `expected ${proxy} to answer, got ${error.code}`, {
      remedy: 'Check that the proxy runs, and that this machine may use it.',
      cause: error,
    });
  if (ended)
    return new AssayError(
      'ERR_STARTTLS_CUT_OFF',
      `expected an answer from ${where} before TLS, got its end`,
      {
        remedy:
          'Check scheme and port, and whether an allow-list or a limit of connections closes connections from this machine.',
        cause: error,
      },
    );
  return error.code === 'ERR_TIMEOUT' && stage === 'preamble' ? silentBeforeTls(error) : error;
}

function silentBeforeTls({ code, message, cause }: AssayError): AssayError {
  return new AssayError(code, message, {
    remedy:
      'TLS may begin at once here: then the target is tls://host:port. Else check that a firewall does not drop the packets; --timeout gives more time.',
    cause,
  });
}
