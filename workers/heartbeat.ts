import { hostname } from 'node:os';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { errorText } from '../errors/coded-error.ts';
import type { WorkerKind } from '../model/worker-kind.ts';
import type { Heartbeats } from '../stores/heartbeats/port.ts';
import type { Activity } from './activity.ts';
import { every } from './every.ts';

export interface HeartbeatOptions {
  readonly heartbeats: Heartbeats;
  readonly type: WorkerKind;
  readonly version: string;
  readonly activity: Activity;
  /** At most; a third of the time for which a beat counts, where that is less. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Says at once, and again and again, that this worker is alive and what it is busy with; `stop` takes it back. */
export async function startHeartbeat(options: HeartbeatOptions): Promise<{ stop(): Promise<void> }> {
  const { heartbeats, type, version, activity, log } = options;
  const worker = { type, host: hostname(), pid: process.pid };
  const startedAt = new Date(options.clock.now()).toISOString();
  const beat = () => heartbeats.beat({ ...worker, startedAt, version, busyWith: activity.now() });

  await beat();
  const everyMs = Math.min(options.everyMs, heartbeats.aliveForMs / 3);
  const beating = every(everyMs, beat, (error) => {
    log.warn({ error: errorText(error) }, 'no heartbeat: Redis cannot be reached');
  });
  return {
    async stop() {
      await beating.stop();
      await heartbeats.forget(worker).catch((error: unknown) => {
        log.warn({ error: errorText(error) }, 'heartbeat not taken back; it runs out by itself');
      });
    },
  };
}
