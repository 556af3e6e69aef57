import type { Log } from '../engine/log.ts';
import { CodedError, errorText } from '../errors/coded-error.ts';
import type { ReadLeases } from '../stores/reading/port.ts';
import { every } from './every.ts';

export interface HeldLeases {
  /** Who has one of them; null: all are held. Nothing is held then. */
  readonly takenBy: string | null;
  /** Aborted when one of them has become another's. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Takes leases, all or none, and extends them until they are released. */
export async function holdLeases(
  names: readonly string[],
  holder: string,
  { leases, leaseMs, log }: { readonly leases: ReadLeases; readonly leaseMs: number; readonly log: Log },
): Promise<HeldLeases> {
  const lost = new AbortController();
  const takeAll = async (): Promise<string | null> => {
    for (const name of names) {
      const by = await leases.take(name, holder, leaseMs);
      if (by !== holder) return by;
    }
    return null;
  };
  const releaseAll = async (): Promise<void> => {
    for (const name of names) {
      await leases.release(name, holder).catch((error: unknown) => {
        log.warn({ name, error: errorText(error) }, 'a lease was not given up; it runs out by itself');
      });
    }
  };
  const takenBy = await takeAll();
  if (takenBy !== null) {
    await releaseAll();
    return { takenBy, lost: lost.signal, release: () => Promise.resolve() };
  }
  const extending = every(
    Math.floor(leaseMs / 3),
    async () => {
      const by = await takeAll();
      if (by !== null) lost.abort(new CodedError('lock-lost', `its lease was lost to ${by}`));
    },
    (error) => {
      log.warn({ error: errorText(error) }, 'leases could not be extended');
    },
  );
  return {
    takenBy: null,
    lost: lost.signal,
    async release() {
      await extending.stop();
      await releaseAll();
    },
  };
}
