/**
 * Of Node for every process that moves much data. Without it V8 holds a small heap to what it was at the beginning, counts
 * the buffers beside it, and in Node 20 marks all of the heap again for every 10 MB that are read: a fifth of the time of
 * sealing. With it (MB), buffers go with the young objects.
 */
export const nodeFlags = ['--initial-heap-size=128'];

/**
 * Of the environment of every process that uses DuckDB, read when its library is loaded. Its allocator (jemalloc) gives the
 * system back what was free for a second, and gets it again page by page for the next blocks: a twentieth of the time of a
 * backup or a restore. With this it waits for 3 s.
 */
export const duckdbAllocator = { DUCKDB_JE_MALLOC_CONF: 'dirty_decay_ms:3000,muzzy_decay_ms:3000' };
