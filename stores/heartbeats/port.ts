import type { WorkerKind } from '../../model/worker-kind.ts';

/** A worker process that is alive, and what it is busy with. */
export interface WorkerHeartbeat {
  readonly type: WorkerKind;
  readonly host: string;
  readonly pid: number;
  /** ISO-8601, UTC. */
  readonly startedAt: string;
  /** Version of this software. */
  readonly version: string;
  readonly busyWith: {
    readonly backupId: string;
    readonly attempt: number;
    /** ISO-8601, UTC. */
    readonly since: string;
    /** Bytes so far. */
    readonly bytes: number;
  } | null;
}

/** Which workers are alive: each says so again and again, and is forgotten when it no longer does. */
export interface Heartbeats {
  /** How long a worker counts as alive after a beat, in ms. */
  readonly aliveForMs: number;
  beat(heartbeat: WorkerHeartbeat): Promise<void>;
  /** Forgets a worker at once, when it stops by itself. */
  forget(worker: Pick<WorkerHeartbeat, 'type' | 'host' | 'pid'>): Promise<void>;
  /** All that are alive, by type, host and pid. */
  readHeartbeats(): Promise<readonly WorkerHeartbeat[]>;
}
