import { Readable } from 'node:stream';
import type { ObjectSink } from '../../backups/backup-taker.ts';
import { createObjectSink } from '../../backups/sealing/object-sink.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import { anOrder } from './orders.ts';
import { folderVault } from './vault.ts';

export const bytesOf = (bytes: Uint8Array): Readable => Readable.from([bytes], { objectMode: false });

/** A sink on a real vault, and what a test wants to know of it. */
export interface SinkSetting {
  readonly vault: Vault & { readonly root: string };
  readonly sink: ObjectSink;
  readonly order: ReturnType<typeof anOrder>;
  readonly abort: AbortController;
  readonly progress: () => number;
  readonly stored: () => Promise<string[]>;
}

export async function sinkSetting(folder: string): Promise<SinkSetting> {
  const vault = await folderVault(folder);
  const order = anOrder('duckdb-full');
  const abort = new AbortController();
  let progress = 0;
  const sink = createObjectSink(vault, {
    order,
    signal: abort.signal,
    progress: (bytes) => {
      progress += bytes;
    },
  });
  const stored = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of vault.store.list('')) keys.push(key);
    return keys;
  };
  return { vault, sink, order, abort, progress: () => progress, stored };
}
