import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Health } from '../../api/health/readiness.ts';
import { openLedger } from '../../app/wiring/ledger.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import { backupAccounts, backupLedger } from '../../recording/event-transfers.ts';
import { ledgerEntries } from '../../recording/read-ledger.ts';
import { replayLedger } from '../../recording/replay-ledger.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { startFaultyConnection } from '../support/faulty-connection.ts';
import { recordingLog } from '../support/recording-log.ts';
import { freePort } from '../support/redis-server.ts';
import type { Api } from '../support/scheduler-api.ts';
import { type Site, schedulerSites } from '../support/scheduler.ts';
import { startTigerbeetle, tigerbeetleBinary } from '../support/tigerbeetle-server.ts';
import { until } from '../support/until.ts';

type LedgerChoice = {
  readonly kind: 'redis' | 'tigerbeetle';
  readonly addresses: string;
  readonly clusterId: string;
};
const onRedis: LedgerChoice = { kind: 'redis', addresses: '', clusterId: '0' };

const site = schedulerSites();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function ledgerOf({ redis }: Site, ledger: LedgerChoice): Promise<Ledger> {
  const where = { redis: { url: redis.url, prefix: 'backup-scheduler' }, ledger };
  const opened = await openLedger(where, recordingLog().log);
  closers.push(() => opened.close());
  return opened;
}

const ledgerCheck = async (api: Api) =>
  (await api.json<Health>('/api/health')).checks.find(({ name }) => name === 'ledger');

/** Every ended backup has, once the ledger has caught up, a transfer of each event, with the true bytes. */
async function holdsEveryEvent(api: Api, ledger: Ledger): Promise<readonly BackupRecord[]> {
  const history = await api.history();
  let bytes = 0n;
  for (const { id, backupSizeBytes } of history) {
    const events = await api.json<BackupEvent[]>(`/api/backups/${id}/events`);
    const entries = await until(
      `the ledger holds backup ${id}`,
      async () => {
        const found = await ledgerEntries(ledger, id, new Map());
        return found.length >= events.length && found;
      },
      60_000,
    );
    const transfers = {
      requested: 'mark',
      started: 'pending',
      completed: 'post',
      failed: 'void',
      refused: 'mark',
    };
    expect(entries.map(({ attempt, event, transfer }) => [attempt, event, transfer])).toEqual(
      events.flatMap(({ order, kind }) =>
        kind === 'verified' ? [] : [[order.attempt, kind, transfers[kind]]],
      ),
    );
    expect(entries.map(({ recordedAt }) => recordedAt)).toEqual(
      entries.map(({ recordedAt }) => recordedAt).toSorted(),
    );
    expect(entries.find(({ event }) => event === 'completed')?.bytes ?? null).toBe(backupSizeBytes);
    bytes += BigInt(backupSizeBytes ?? 0);
  }
  const accounts = await ledger.lookupAccounts(backupAccounts(backupLedger).map(({ id }) => id));
  expect(accounts.reduce((sum, { debitsPosted }) => sum + debitsPosted, 0n)).toBe(bytes);
  expect(accounts.map(({ debitsPending }) => debitsPending)).toEqual(accounts.map(() => 0n));
  return history;
}

const countOf = async (ledger: Ledger) =>
  (await replayLedger(ledger, { ledgerNumber: backupLedger, schedules: new Map() })).transfers;

const upToDate = (api: Api) =>
  until(
    'this control plane has written the ledger',
    async () => {
      const check = await ledgerCheck(api);
      return check?.state === 'ok' && /behind/.test(check.detail);
    },
    60_000,
  );

async function trigger(api: Api, backupType: string): Promise<string> {
  const response = await api.request('/api/backups/trigger', { body: { backupType } });
  expect(response.status).toBe(202);
  return ((await response.json()) as { backupId: string }).backupId;
}

const onDemandAlone = { schedule: { enabled: false } };

function describeLedgerOf(name: string, open: () => Promise<LedgerChoice>): void {
  it(`${name}: holds every event of a whole run, and nothing twice after a restart and another leader`, async () => {
    const ledger = await open();
    const here = await site();
    await rm(here.folder.parquet, { recursive: true });
    const changes = {
      ledger,
      schedules: [
        { name: 'kms-keys', enabled: true },
        { name: 'parquet-replication', retry: { maxAttempts: 1 } },
      ],
    };
    const first = await here.run(['start'], changes);
    await until(
      'every schedule has ended',
      async () => {
        const history = await first.api.history().catch(() => []);
        return history.length >= 4 && history.every(({ endTime }) => endTime !== null);
      },
      90_000,
    );
    const read = await ledgerOf(here, ledger);
    const history = await holdsEveryEvent(first.api, read);
    expect(new Set(history.map(({ status }) => status))).toEqual(new Set(['completed', 'failed']));
    expect(await first.end()).toBe(0);
    const before = await countOf(read);

    const one = await here.run(['control-plane'], { ...onDemandAlone, ledger });
    await one.api.ready();
    await upToDate(one.api);
    expect(await countOf(read)).toBe(before);
    const metadata = { file: `${here.folder.metadata}-other` };
    const other = await here.run(['control-plane'], { ...onDemandAlone, ledger, metadata });
    await other.api.ready();
    expect(await ledgerCheck(other.api)).toMatchObject({ state: 'ok', detail: 'written by the leader' });
    await one.end();
    await upToDate(other.api);
    expect(await countOf(read)).toBe(before);
    await holdsEveryEvent(other.api, read);
  }, 240_000);
}

describe('the ledger of a running scheduler', () => {
  describeLedgerOf('on Redis', () => Promise.resolve(onRedis));

  it('may be dead: backups go on, the health says so, and what waited follows in order', async () => {
    const here = await site();
    const dead = { kind: 'tigerbeetle', addresses: `127.0.0.1:${await freePort()}`, clusterId: '0' };
    const without = await here.run(['start'], { ...onDemandAlone, ledger: dead });
    await without.api.ready();
    for (const type of ['duckdb', 'parquet']) {
      await without.api.reaches(await trigger(without.api, type), 'completed');
    }
    await until('the health says so', async () => {
      const check = await ledgerCheck(without.api);
      return check?.state === 'degraded' && check.detail.includes('ledger-unavailable');
    });
    expect(await without.end()).toBe(0);

    const ledger = await ledgerOf(here, onRedis);
    expect(await countOf(ledger)).toBe(0);
    const again = await here.run(['control-plane'], { ...onDemandAlone, ledger: onRedis });
    await again.api.ready();
    expect(await holdsEveryEvent(again.api, ledger)).toHaveLength(2);
  }, 150_000);
});

const binary = tigerbeetleBinary();
(binary === undefined ? describe.skip : describe)(
  'the ledger of a running scheduler with a TigerBeetle server (TIGERBEETLE_BIN or on PATH)',
  () => {
    const serve = async () => {
      const server = await startTigerbeetle(binary ?? '');
      closers.push(() => server.stop());
      const between = await startFaultyConnection(Number(server.address.split(':')[1]));
      closers.push(() => between.close());
      const addresses = `127.0.0.1:${between.port}`;
      const choice: LedgerChoice = { kind: 'tigerbeetle', addresses, clusterId: '0' };
      return { server, between, choice };
    };
    describeLedgerOf('on TigerBeetle', async () => (await serve()).choice);

    it('may hang, or be behind a network that fails: backups go on, and what waited follows in order', async () => {
      const { server, between, choice } = await serve();
      const here = await site();
      const { api } = await here.run(['start'], { ...onDemandAlone, ledger: choice });
      await api.ready();
      await api.reaches(await trigger(api, 'duckdb'), 'completed');
      const ledger = await ledgerOf(here, choice);
      await holdsEveryEvent(api, ledger);
      server.pause();
      for (const type of ['duckdb', 'parquet']) await api.reaches(await trigger(api, type), 'completed');
      await until('the health says so', async () => (await ledgerCheck(api))?.state === 'degraded', 30_000);
      server.resume();
      expect(await holdsEveryEvent(api, ledger)).toHaveLength(3);
      for (const [index, fault] of (['reset', 'cut', 'flip'] as const).entries()) {
        between.set(fault);
        await api.reaches(await trigger(api, 'parquet'), 'completed');
        between.set('none');
        expect(await holdsEveryEvent(api, ledger)).toHaveLength(4 + index);
      }
    }, 300_000);
  },
);
