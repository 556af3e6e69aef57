import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { backupTypes } from '../../model/backup-kind.ts';
import { manifestPath } from '../../model/manifest.ts';
import type { LockScope } from '../../stores/exclusion/port.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { overlapping } from './overlap.ts';
import { patience, type Api } from './scheduler-api.ts';
import { until } from './until.ts';

/**
 * What must hold when all is over: nothing is queued or running, no two backups of the scope ran at once, each
 * completed backup has its manifest, and what lies beside manifests is of attempts that have failed. Resolves with the
 * history.
 */
export async function expectSettled(
  api: Api,
  store: string,
  scope: LockScope = 'global',
): Promise<readonly BackupRecord[]> {
  const history = await until(
    'nothing is queued or running',
    async () => {
      const now = await api.history();
      return now.every(({ status }) => status === 'completed' || status === 'failed') && now;
    },
    patience,
  );
  expect(await overlapping(api, scope)).toEqual([]);
  const missing = await Promise.all(history.map((backup) => withoutManifest(backup, store)));
  expect(missing.flat()).toEqual([]);
  expect(await strays(api, store)).toEqual([]);
  return history;
}

async function withoutManifest({ id, backupType, status }: BackupRecord, store: string): Promise<string[]> {
  const found = await exists(join(store, manifestPath(backupType, id)));
  return found === (status === 'completed')
    ? []
    : [`${status} ${id} ${found ? 'with' : 'without'} a manifest`];
}

/** Folders of attempts that are neither those of a manifest nor of an attempt that failed. */
async function strays(api: Api, store: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const type of backupTypes) {
    for (const id of await entries(join(store, type))) {
      if (id === 'objects') continue;
      const attempts = (await entries(join(store, type, id))).filter((name) => name !== 'manifest.json');
      if (attempts.length === 0) continue;
      const events = await api.events(id);
      const ended = events.filter(({ kind }) => kind === 'completed' || kind === 'failed');
      const known = new Set(ended.map(({ order }) => String(order.attempt)));
      found.push(...attempts.filter((name) => !known.has(name)).map((name) => `${type}/${id}/${name}`));
    }
  }
  return found;
}

async function entries(folder: string): Promise<readonly string[]> {
  return (await exists(folder)) ? readdir(folder) : [];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
