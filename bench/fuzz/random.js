/** A generator of 32-bit numbers (xoshiro128**) that follows from any number of seeds; nothing else is random here. */
export function randomFrom(...seeds) {
  const next = splitMix(hashText(seeds.join('\0')));
  const state = [next(), next(), next(), next()];
  const uint32 = () => {
    const [a, b, c, d] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const mixed = c ^ a;
    const other = d ^ b;
    state[0] = a ^ other;
    state[1] = b ^ mixed;
    state[2] = mixed ^ (b << 9);
    state[3] = rotate(other, 11);
    return result;
  };
  /** From 0 to `limit` - 1. */
  const below = (limit) => (limit <= 1 ? 0 : uint32() % limit);
  return {
    uint32,
    below,
    pick: (list) => list[below(list.length)],
    /** True once in `times`. */
    oneIn: (times) => uint32() % times === 0,
    bytes: (length) => Uint8Array.from({ length }, () => uint32() & 255),
  };
}

/** FNV-1a, 32 bits: for seeds and for choices that must follow from an input. */
export function hashBytes(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function hashText(text) {
  return hashBytes(Buffer.from(text));
}

function splitMix(seed) {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

function rotate(value, by) {
  return (value << by) | (value >>> (32 - by));
}
