import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import type { KeyEncapsulations } from './handshake/key-exchange.ts';

/**
 * ML-KEM (FIPS 203), which node:crypto of the oldest supported Node does not have. A scan loads it by
 * `import()`, and only where a server asks for it.
 */
export const keyEncapsulations: KeyEncapsulations = {
  512: { keygen: ml_kem512.keygen, decapsulate: ml_kem512.decapsulate },
  768: { keygen: ml_kem768.keygen, decapsulate: ml_kem768.decapsulate },
  1024: { keygen: ml_kem1024.keygen, decapsulate: ml_kem1024.decapsulate },
};
