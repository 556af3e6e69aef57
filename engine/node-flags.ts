/**
 * Of Node for every process that moves much data. Without it V8 holds a small heap to what it was at the beginning, counts
 * the buffers beside it, and in Node 20 marks all of the heap again for every 10 MB that are read: a fifth of the time of
 * sealing. With it (MB), buffers go with the young objects.
 */
export const nodeFlags = ['--initial-heap-size=128'];
