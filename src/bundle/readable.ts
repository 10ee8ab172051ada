import { AssayError } from '../model/index.ts';
import { fileLimitBytes, jsonExcess, lineLimitBytes } from './limits.ts';

/** @throws AssayError ERR_OUTPUT_TOO_LARGE: better no bundle than one that no reader opens */
export function requireReadable(path: string, text: string): void {
  requireWithin(path, text, fileLimitBytes(path));
}

/** @throws AssayError ERR_OUTPUT_TOO_LARGE */
export function requireReadableLine(path: string, line: string): void {
  requireWithin(`a line of ${path}`, line, lineLimitBytes);
}

function requireWithin(what: string, text: string, limitBytes: number): void {
  const isTooLong = Buffer.byteLength(text) > limitBytes;
  const excess = isTooLong ? `at most ${limitBytes} bytes` : jsonExcess(text);
  if (excess === undefined) return;
  throw new AssayError('ERR_OUTPUT_TOO_LARGE', `expected ${excess} in ${what}, got more`, {
    remedy: 'Scan in parts, with --tag or --control, each into a bundle of its own.',
  });
}
