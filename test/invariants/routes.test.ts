import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkWiring } from '../../engine/direct-calls.ts';
import { drawRoutes } from '../../engine/draw.ts';
import { listRoutes } from '../../engine/list.ts';
import { backupTypes } from '../../model/backup-kind.ts';
import { workerKinds } from '../../model/worker-kind.ts';
import {
  allQueues,
  backupQueues,
  consumedQueues,
  deadLetterQueues,
  timers,
} from '../../queues/all-queues.ts';
import { allRoutes, controlPlaneRoutes, leaderRoutes, workerRoutes } from '../../routes/all-routes.ts';

const specified = [
  'backup-scheduler-route',
  'schedule-backups',
  'trigger-backup',
  'trigger-backup-api',
  'get-backup-schedule',
  'get-backup-history',
  'snapshot-tigerbeetle',
  'backup-tigerbeetle-logs',
  'export-duckdb-full',
  'export-duckdb-incremental',
  'replicate-parquet-files',
  'backup-kms-key',
];

async function processorFiles(): Promise<string[]> {
  const entries = await readdir('processors', { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => basename(name, '.ts'));
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const steps = new Set(
  allRoutes.flatMap((route) => route.steps.flatMap((step) => (step.kind === 'process' ? [step.name] : []))),
);

describe('the routes', () => {
  it('exist under the ids of the specification, each id once', () => {
    const ids = allRoutes.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(specified));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lead only to what is served, also in each subset that is started', () => {
    for (const routes of [allRoutes, leaderRoutes, controlPlaneRoutes]) checkWiring(routes);
    expect(Object.keys(workerRoutes)).toEqual([...workerKinds]);
  });

  it('are all started somewhere', () => {
    const started = new Set([...leaderRoutes, ...controlPlaneRoutes, ...Object.values(workerRoutes)]);
    expect(started).toEqual(new Set(allRoutes));
  });

  it('are drawn in docs/routes.md as they are (backup-scheduler routes draw prints them)', async () => {
    const page = await readFile('docs/routes.md', 'utf8');
    expect(/```mermaid\n([^]*?)\n```/.exec(page)?.[1]).toBe(drawRoutes(allRoutes));
  });

  it('are listed with their source, steps, targets and error policy', () => {
    const listed = listRoutes(allRoutes).find(({ id }) => id === 'trigger-backup-queue');
    expect(listed).toEqual({
      id: 'trigger-backup-queue',
      from: 'queue:backup-triggers',
      steps: ['unpackBackupTrigger', 'extractBackupTriggerParams'],
      to: ['direct:trigger-backup'],
      onError: 'retry-then-dead-letter',
    });
  });
});

describe('the processors', () => {
  it('are each a file, its export and a step of a route under one name', async () => {
    const files = await processorFiles();
    expect(files.toSorted()).toEqual([...steps].map(kebab).toSorted());
    for (const name of steps) {
      const text = await readFile(join('processors', `${kebab(name)}.ts`), 'utf8');
      expect(text).toMatch(new RegExp(`^export (async )?function ${name}\\(`, 'm'));
    }
  });

  it('each have a test under their name', async () => {
    const tests = await readdir('test/processors');
    const tested = tests.map((name) => basename(name, '.test.ts'));
    expect(tested).toEqual(expect.arrayContaining(await processorFiles()));
  });
});

describe('the queues', () => {
  it('are each consumed by exactly one route; dead letters by none', () => {
    const sources = allRoutes.flatMap(({ from }) => (from.kind === 'direct' ? [] : [from.name])).toSorted();
    const consumed = [...consumedQueues, ...timers].map(({ name }) => name);
    expect(sources).toEqual(consumed.toSorted());
    for (const { name } of deadLetterQueues) expect(sources).not.toContain(name);
  });

  it('are each a file of their name, and all are listed', async () => {
    const files = (await readdir('queues')).map((name) => basename(name, '.ts'));
    const others = ['all-queues', 'deliveries', 'order-queue'];
    expect(files.filter((name) => !others.includes(name)).toSorted()).toEqual(
      allQueues.map(({ name }) => name).toSorted(),
    );
    expect(Object.keys(backupQueues)).toEqual([...backupTypes]);
  });
});
