import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Instance, openInstance } from '../../runtime/duckdb-instance.ts';
import type { Log } from '../../engine/log.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { schemaVersion, statements } from './schema.ts';

/** Files that this process has open: DuckDB's lock is the process's, a second opening here would break it silently. */
const openHere = new Set<string>();

/**
 * Small beside the rest of the control plane, and never from the network. Its questions are small, too: other threads, of
 * which DuckDB would start one for each core, take more time than they save.
 */
const settings = {
  threads: '1',
  memory_limit: '512MB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

export interface MetadataFile {
  readonly writer: DuckDBConnection;
  /** For questions: sees committed rows only, and never waits for the writer. */
  readonly reader: DuckDBConnection;
  /** Waits for the calls under way, and refuses more. */
  close(): Promise<void>;
}

/**
 * Opens or makes the file (`:memory:` for one that is forgotten). A damaged file, or one of another version, is moved
 * aside under a new name and an empty one made: cursor and rows are gone then, and rebuilding brings them back.
 * Throws `metadata-held` when somebody has it open, `metadata-unreadable` when the system refuses it,
 * `configuration-invalid` when it is another application's.
 */
export async function openFile(path: string, log: Log): Promise<MetadataFile> {
  if (path === ':memory:') return connect(await openInstance(path, settings), () => undefined);
  return asOwner(path, async (file, release) => {
    await mkdir(dirname(file), { recursive: true });
    return openOrReplace(file, { log, release });
  });
}

/**
 * Opens a file that was open in this process before. It is never replaced: only a start rebuilds an empty one. Throws
 * `metadata-held` and `metadata-unreadable`.
 */
export async function reopenFile(path: string): Promise<MetadataFile> {
  return asOwner(path, async (file, release) => {
    await (await open(file, 'r+')).close();
    return connect(await openInstance(file, settings), release);
  });
}

type Release = () => unknown;

async function asOwner(
  path: string,
  openIt: (file: string, release: Release) => Promise<MetadataFile>,
): Promise<MetadataFile> {
  const file = resolve(path);
  if (openHere.has(file)) throw held(file, 'this process');
  openHere.add(file);
  try {
    return await openIt(file, () => openHere.delete(file));
  } catch (error) {
    openHere.delete(file);
    throw error instanceof CodedError ? error : unreadable(file, error);
  }
}

async function openOrReplace(
  file: string,
  { log, release }: { readonly log: Log; readonly release: Release },
): Promise<MetadataFile> {
  if (!(await exists(file))) return connect(await openInstance(file, settings), release);
  await (await open(file, 'r+')).close();
  try {
    return await connect(await openInstance(file, settings), release);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const text = errorText(error);
    if (text.includes('Could not set lock')) throw held(file, /PID \d+/.exec(text)?.[0] ?? 'another process');
    if (/Out of Memory|No space left/i.test(text)) throw unreadable(file, error);
    const aside = await moveAside(file);
    log.error(
      { file, aside, error: text },
      'the metadata file cannot be used; it was moved aside and an empty one made, to be rebuilt',
    );
    openHere.add(file);
    return connect(await openInstance(file, settings), release);
  }
}

async function connect(instance: Instance, release: Release): Promise<MetadataFile> {
  const close = async () => {
    await instance.close();
    release();
  };
  try {
    const [writer, reader] = [await instance.connect(), await instance.connect()];
    await prepare(writer);
    return { writer, reader, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes the tables in an empty file; reads all of a used one once, so that damage is found here and not in a question. */
async function prepare(connection: DuckDBConnection): Promise<void> {
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  const names = tables.getRowsJson().flat().map(String);
  if (names.length === 0) {
    await connection.run('BEGIN TRANSACTION');
    for (const statement of statements) await connection.run(statement);
    await connection.run('INSERT INTO recorder_state VALUES ($1, $2)', ['schema', schemaVersion]);
    await connection.run('COMMIT');
    return;
  }
  if (!names.includes('recorder_state')) {
    throw new CodedError(
      'configuration-invalid',
      `The metadata file is a DuckDB database of another application (it holds ${names.slice(0, 3).join(', ')}); name another file.`,
    );
  }
  const state = await connection.runAndReadAll("SELECT value FROM recorder_state WHERE id = 'schema'");
  const [version] = state.getRowsJson().flat().map(String);
  if (version !== schemaVersion) {
    throw new Error(`it has version ${version ?? 'none'}, this program writes version ${schemaVersion}`);
  }
  await connection.run('SELECT max(hash(b)) FROM backup_metadata b');
  await connection.run('SELECT max(hash(e)) FROM backup_events e');
  await connection.run('SELECT max(hash(r)) FROM recoveries r');
  await connection.run('SELECT max(hash(v)) FROM verifications v');
}

async function moveAside(file: string): Promise<string> {
  const aside = `${file}.unusable-${new Date().toISOString().replaceAll(/[-:]/g, '')}`;
  await rename(file, aside);
  for (const ending of ['.wal', '.wal.checkpoint', '.wal.recovery']) {
    if (await exists(file + ending)) await rename(file + ending, aside + ending);
  }
  return aside;
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

function held(file: string, by: string): CodedError {
  return new CodedError(
    'metadata-held',
    `The metadata file ${file} is open in ${by}. Each control plane needs a file of its own: stop the other one or configure another file.`,
    { facts: { file } },
  );
}

function unreadable(file: string, cause: unknown): CodedError {
  return new CodedError(
    'metadata-unreadable',
    `The metadata file ${file} cannot be opened: ${errorText(cause)}. It must be readable and writable, in a folder where files can be made.`,
    { cause, facts: { file } },
  );
}
