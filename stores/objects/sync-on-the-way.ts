import type { FileHandle } from 'node:fs/promises';

/** Little is left for the end, when nothing else may be there to do. */
const syncedBytes = 16 * 1024 * 1024;

/** Sends what is written to the disk on the way, once at a time. */
export interface SyncsOnTheWay {
  /** So many bytes more are written. */
  written(bytes: number): void;
  /** Throws what the disk has refused: the system tells of it once, the sync at the end would not be told again. */
  ended(): Promise<void>;
}

export function syncOnTheWay(handle: FileHandle): SyncsOnTheWay {
  let unsynced = 0;
  // Once one has failed it stays, and there are no more.
  let syncing: Promise<void> | undefined;
  const sync = async (): Promise<void> => {
    unsynced = 0;
    await handle.datasync();
    syncing = undefined;
  };
  return {
    written(bytes) {
      unsynced += bytes;
      if (unsynced < syncedBytes || syncing) return;
      syncing = sync();
      // Thrown by `ended`; until then it is not unheard.
      syncing.catch(() => undefined);
    },
    async ended() {
      await syncing;
    },
  };
}
