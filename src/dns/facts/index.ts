import { addresses } from './addresses.ts';
import { aliases } from './aliases.ts';
import { caa } from './caa.ts';
import { mail } from './mail.ts';
import { mtasts } from './mtasts.ts';
import { selectors } from './selectors.ts';
import { transfer } from './transfer.ts';

/** Every fact about a DNS zone. */
export const dnsFacts = [addresses, aliases, caa, mail, mtasts, selectors, transfer];
