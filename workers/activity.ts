/** What a worker is busy with, for its heartbeat. */
export interface BusyWith {
  readonly backupId: string;
  readonly attempt: number;
  /** ISO-8601, UTC. */
  readonly since: string;
  readonly bytes: number;
}

export interface Activity {
  begin(what: Omit<BusyWith, 'bytes'>, bytes: () => number): void;
  end(): void;
  now(): BusyWith | null;
}

export function createActivity(): Activity {
  let busy: (() => BusyWith) | undefined;
  return {
    begin(what, bytes) {
      busy = () => ({ ...what, bytes: bytes() });
    },
    end() {
      busy = undefined;
    },
    now: () => busy?.() ?? null,
  };
}
