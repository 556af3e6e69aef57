import type { CliCommand } from '../cli.ts';
import { addDuckdbRestore } from './restore/duckdb.ts';
import { addParquetRestore } from './restore/parquet.ts';
import { addTigerbeetleRestore } from './restore/tigerbeetle.ts';

export const restore: CliCommand = (program, cli) => {
  const group = program
    .command('restore')
    .description('bring a backup back, with nothing but object store and key');
  addDuckdbRestore(group, cli);
  addParquetRestore(group, cli);
  addTigerbeetleRestore(group, cli);
};
