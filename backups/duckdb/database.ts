import { basename } from 'node:path';
import type { DuckDBConnection, JS } from '@duckdb/node-api';
import { openInstance } from '../../runtime/duckdb-instance.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** A DuckDB file that is attached under a name to an instance of its own. Whoever opens it closes it. */
export interface Database {
  readonly name: string;
  readonly connection: DuckDBConnection;
  /** One more connection, closed with the database. */
  connect(): Promise<DuckDBConnection>;
  /** Rows as plain JavaScript values; 64-bit and wider integers as BigInt. */
  rows(sql: string): Promise<Record<string, JS>[]>;
  run(sql: string): Promise<void>;
  /** Interrupts what is under way, waits for its end, and closes every connection. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly path: string;
  /** The catalog's name inside DuckDB: views may name it, so a copy is opened under its source's name. */
  readonly name: string;
  readonly readOnly?: boolean;
  /** e.g. `256MB` */
  readonly memoryLimit: string;
  /** 1 unless there is much to read (`threadsFor`). */
  readonly threads?: number;
  /** Where DuckDB may spill to; without it nothing is spilled. */
  readonly spill?: string;
  /** Storage version of a new file, e.g. `v1.4.0`. */
  readonly storageVersion?: string;
  /**
   * For a database that others have made, whose macros may be named as functions of DuckDB: in our SQL a plain name then
   * means DuckDB's own (see `asApplication`). Whatever names no catalog is about DuckDB's own one, CHECKPOINT too.
   */
  readonly builtInsFirst?: boolean;
  /** False for a copy that is thrown away: its log stays as it is, unless a checkpoint is asked for. */
  readonly checkpoints?: boolean;
}

/** In this case of their letters alone. */
const reserved = new Set(['main', 'temp', 'system']);

/** The catalog name that DuckDB gives a file: what stands before the first dot or question mark, but for leading ones. */
export function catalogName(path: string): string {
  const file = basename(path);
  const name = file.split(/[.?]/).find((part) => part !== '') ?? file;
  return reserved.has(name) ? `${name}_db` : name;
}

/** Opens (or makes) a file. Extensions are never downloaded. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const instance = await openInstance(':memory:', {
    memory_limit: options.memoryLimit,
    threads: String(options.threads ?? 1),
    temp_directory: options.spill ?? '',
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    if (options.checkpoints === false) {
      await connection.run('PRAGMA disable_checkpoint_on_shutdown');
      await connection.run("SET checkpoint_threshold = '1TB'");
    }
    const with_ = [
      ...(options.readOnly === true ? ['READ_ONLY'] : []),
      ...(options.storageVersion === undefined
        ? []
        : [`STORAGE_VERSION ${quoteText(options.storageVersion)}`]),
    ];
    const clause = with_.length > 0 ? ` (${with_.join(', ')})` : '';
    // A schema may be named as the catalog that DuckDB begins with, or this one.
    const begin = options.name.toLowerCase() === 'memory' ? 'backup_begin' : 'memory';
    if (begin !== 'memory')
      await connection.run(`ATTACH ':memory:' AS ${begin}; USE ${begin}; DETACH memory`);
    await connection.run(`ATTACH ${quoteText(options.path)} AS ${quoteName(options.name)}${clause}`);
    await connection.run(use(options));
    await connection.run(`DETACH ${begin}`);
    return {
      name: options.name,
      connection,
      connect: async () => {
        const another = await instance.connect();
        await another.run(use(options));
        return another;
      },
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
      run: async (sql) => {
        await connection.run(sql);
      },
      close: () => instance.close({ interrupt: true }),
    };
  } catch (error) {
    await instance.close();
    throw error;
  }
}

function use({ name, builtInsFirst }: OpenOptions): string {
  return builtInsFirst === true
    ? `SET search_path = ${quoteText(`system.main,${quoteName(name)}.main`)}`
    : `USE ${quoteName(name)}.main`;
}
