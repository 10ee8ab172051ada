import { describe, expect, test } from 'vitest';
import { networkError, networkFailure } from '../../src/collectors/network-error.ts';
import { AssayError } from '../../src/model/index.ts';

const errno = (code: string): Error => Object.assign(new Error('secret text of a peer'), { code });

describe('an error of the network becomes one of ours', () => {
  test.each([
    ['ECONNREFUSED', 'ERR_UNREACHABLE'],
    ['EHOSTUNREACH', 'ERR_UNREACHABLE'],
    ['ENETUNREACH', 'ERR_UNREACHABLE'],
    ['ETIMEDOUT', 'ERR_TIMEOUT'],
    ['ECONNRESET', 'ERR_RESET'],
    ['EPIPE', 'ERR_RESET'],
    ['ENOTFOUND', 'ERR_UNRESOLVED'],
    ['EMFILE', 'ERR_LOCAL_LIMIT'],
  ])('%s: %s', (code, expected) => {
    const error = networkError(errno(code), 'host.test port 443');
    expect(error).toMatchObject({ code: expected, remedy: expect.stringMatching(/\w/) });
    expect(error.message).toMatch(
      new RegExp(`^expected an answer from host.test port 443, got .+ \\(${code}\\)$`),
    );
  });

  test('but one that is ours already, or of another kind, stays what it is', () => {
    const ours = new AssayError('ERR_ELSE', 'expected a, got b');
    const defect = new TypeError('a defect');
    expect(networkError(ours, 'x')).toBe(ours);
    expect(networkError(defect, 'x')).toBe(defect);
    expect(networkError('thrown', 'x')).toBeInstanceOf(Error);
  });
});

test('a failure without an errno says so in words', () => {
  expect(networkFailure('closed', 'host.test port 443')).toMatchObject({
    code: 'ERR_CLOSED',
    message: 'expected an answer from host.test port 443, got a connection closed before an answer',
  });
});
