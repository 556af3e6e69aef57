import { setTimeout as pause } from 'node:timers/promises';
import { CodedError, errorText } from '../../errors/coded-error.ts';

/** As much of GET /api/backups/schedule as the quickstart shows. */
export interface ScheduleLine {
  readonly name: string;
  readonly type: string;
  readonly scope: string;
  readonly enabled: boolean;
  readonly reasonCode: string;
  readonly reason: string;
  readonly lastBackup: string | null;
  readonly nextBackup: string | null;
}

/** As much of GET /api/backups/history as the quickstart shows. */
export interface HistoryLine {
  readonly id: string;
  readonly backupType: string;
  readonly backupScope: string;
  readonly schedule: string | null;
  readonly status: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly backupSizeBytes: number | null;
  readonly backupLocation: string | null;
  readonly errorMessage: string | null;
}

/** Throws `api-unreachable` where nothing answers, such as between the end of a control plane and its next start. */
export interface SchedulerClient {
  schedules(): Promise<readonly ScheduleLine[]>;
  history(): Promise<readonly HistoryLine[]>;
  /** Resolves when the API says that it is ready; throws `store-unavailable` with its last answer after `ms`. */
  ready(ms: number, signal: AbortSignal): Promise<void>;
}

/** The API of a scheduler, as the quickstart uses it: with a key, over HTTP, like every user of it. */
export function schedulerClient(url: string, key: string): SchedulerClient {
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${key}` } }).catch(
      (cause: unknown) => {
        throw new CodedError('api-unreachable', `nothing answers at ${url}: ${errorText(cause)}`, { cause });
      },
    );
    if (!response.ok) {
      throw new CodedError('internal', `GET ${path} answered ${response.status}: ${await response.text()}`);
    }
    return (await response.json()) as T;
  };
  return {
    schedules: async () =>
      (await get<{ schedules: readonly ScheduleLine[] }>('/api/backups/schedule')).schedules,
    history: () => get('/api/backups/history?limit=100'),
    async ready(ms, signal) {
      const end = performance.now() + ms;
      let last = 'nothing';
      while (performance.now() < end && !signal.aborted) {
        try {
          const response = await fetch(new URL('/api/health/ready', url));
          last = await response.text();
          if (response.ok) return;
        } catch (error) {
          last = String(error);
        }
        await pause(100);
      }
      throw new CodedError(
        'store-unavailable',
        `the scheduler was not ready within ${ms} ms; it last said: ${last}`,
      );
    },
  };
}
