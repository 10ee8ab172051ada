/** What one input may cost. */
export const limits = {
  /** Processor time; the least of three runs counts. */
  inputMs: 50,
  /** After this the worker is ended and the input is a hang. */
  hangMs: 15_000,
  /** Of the worker's heap as a whole; what goes beyond ends it. */
  heapMb: 256,
  /** What one input may leave on the heap and in buffers. */
  inputMemoryMb: 24,
  /** Growth of the process in one batch from which its inputs are measured one by one. */
  batchMemoryMb: 64,
  inputBytes: 64 * 1024,
};
