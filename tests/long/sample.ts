/** In CI (`ASSAY_LONG=sample`) a fixed sample is tried; otherwise everything. */
export function sampled<T>(all: readonly T[], size: number): readonly T[] {
  if (process.env['ASSAY_LONG'] !== 'sample' || all.length <= size) return all;
  const step = all.length / size;
  return Array.from({ length: size }, (_, index) => all[Math.floor(index * step)] as T);
}

export const isSample = process.env['ASSAY_LONG'] === 'sample';
