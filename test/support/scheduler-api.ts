import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { often, until } from './until.ts';

/** As much of an event as the tests of whole systems look at. */
export interface ShownEvent {
  readonly kind: 'requested' | 'started' | 'completed' | 'failed' | 'refused';
  readonly at: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly order: { readonly attempt: number; readonly slot: string | null };
  readonly error?: { readonly code: string; readonly message: string };
}

/** The API as its users see it. */
export interface Api {
  readonly url: string;
  request(path: string, options?: { readonly body?: object; readonly headers?: object }): Promise<Response>;
  json<T>(path: string): Promise<T>;
  history(): Promise<readonly BackupRecord[]>;
  events(id: string): Promise<readonly ShownEvent[]>;
  workers(): Promise<readonly WorkerHeartbeat[]>;
  /** Asks for a backup that is let in; its id. */
  trigger(body: object): Promise<string>;
  /** The backup, once it has this status. */
  reaches(id: string, status: BackupRecord['status'], ms?: number): Promise<BackupRecord>;
  /** The newest backup that is as wanted, once there is one. */
  shows(what: string, wanted: Partial<BackupRecord>, ms?: number): Promise<BackupRecord>;
  /** The worker of a type, once it runs a backup, at this attempt where one is given. */
  busy(type: string, attempt?: number, ms?: number): Promise<WorkerHeartbeat>;
  ready(): Promise<void>;
}

export const patience = 120_000;

export function apiAt(url: string, key: string): Api {
  const api: Api = {
    url,
    request: (path, { body, headers } = {}) =>
      fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async json<T>(path: string) {
      const response = await api.request(path);
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    history: () => api.json('/api/backups/history?limit=1000'),
    events: (id) => api.json(`/api/backups/${id}/events`),
    workers: async () => (await api.json<{ workers: WorkerHeartbeat[] }>('/api/workers')).workers,
    async trigger(body) {
      const response = await api.request('/api/backups/trigger', { body });
      const answer = (await response.json()) as { backupId: string };
      if (response.status !== 202) throw new Error(`refused: ${JSON.stringify(answer)}`);
      return answer.backupId;
    },
    reaches: (id, status, ms) => api.shows(`backup ${id} is ${status}`, { id, status }, ms),
    shows: (what, wanted, ms = patience) =>
      until(
        what,
        async () =>
          (await api.history()).find((backup) =>
            Object.entries(wanted).every(([key, value]) => backup[key as keyof BackupRecord] === value),
          ),
        ms,
      ),
    busy: (type, attempt, ms = patience) =>
      until(
        `the ${type} worker is busy`,
        async () =>
          (await api.workers()).find(
            (worker) =>
              worker.type === type &&
              worker.busyWith !== null &&
              (attempt === undefined || worker.busyWith.attempt === attempt),
          ),
        ms,
        often,
      ),
    async ready() {
      await until(
        `the API at ${url} is ready`,
        async () =>
          fetch(`${url}/api/health/ready`).then(
            (response) => response.ok,
            () => false,
          ),
        patience,
      );
    },
  };
  return api;
}
