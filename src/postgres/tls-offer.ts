import type { Tls } from './facts/tls.ts';
import { booleanOf, type Row } from './row.ts';

export const tlsOf = ([row = {}]: readonly Row[]): Tls => ({ offered: booleanOf(row, 'offered') });
