import { setFlagsFromString } from 'node:v8';

/** With fewer targets there is nothing to save. */
const fleetFrom = 50;

/**
 * V8 lets garbage of a long scan grow to several times of what lives, which is little and hardly grows with
 * the fleet. For many targets its heap may only grow by a third between collections, and what holds new objects stays
 * as small as it began: that saves a fifth of the memory, for a few percent more of computing.
 */
export function keepHeapSmall(targets: number): void {
  if (targets < fleetFrom) return;
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--semi-space-growth-factor=1');
}
