import { duckdbAllocator } from '../runtime/heavy-process.ts';

// Imported before whatever loads DuckDB.
for (const [name, value] of Object.entries(duckdbAllocator)) process.env[name] ??= value;
