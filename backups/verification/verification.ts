import type { Clock } from '../../engine/clock.ts';
import type { ProvingReader } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import type { ReadableVault } from '../sealing/open-object.ts';
import type { ProvenObjects } from './proven-objects.ts';

/** All that verifying a backup may use. */
export interface Verification {
  readonly vault: ReadableVault;
  readonly catalog: BackupCatalog;
  readonly reader: ProvingReader;
  readonly clock: Clock;
  /** An empty folder; whoever made it removes it. */
  readonly scratch: string;
  /** What level 1 need not look at again; left out: it looks at everything. */
  readonly proven?: ProvenObjects | undefined;
  readonly signal: AbortSignal;
  /** Hears what will be read, before it is: sealed bytes of distinct objects. */
  readonly begin: (what: { readonly objects: number; readonly bytes: number }) => void;
  /** Sealed bytes read since the last call. */
  readonly progress: (bytes: number) => void;
}
