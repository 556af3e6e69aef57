import { describe, expect, it } from '@jest/globals';
import { openLedger } from '../../app/wiring/ledger.ts';
import { runCli } from '../../cli/run-cli.ts';
import { systemClock } from '../../engine/clock.ts';
import { backupLedger } from '../../recording/event-transfers.ts';
import { createLedgerRecorder } from '../../recording/ledger-recorder.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import { completed, requested, testId, testOrder } from '../support/backup-events.ts';
import { recordingLog } from '../support/recording-log.ts';
import { freePort } from '../support/redis-server.ts';
import { testRedis } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';

const scratch = scratchFolders();
const { url, prefix } = testRedis();
const { log } = recordingLog();

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(
    args,
    {
      env: { REDIS_URL: url, BACKUP_REDIS_PREFIX: prefix, ...env },
      workingDirectory: await scratch(),
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
    },
    '1.2.3',
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('ledger on the command line', () => {
  it('shows a backup, and replays all, for people and as JSON', async () => {
    const ledger = await openLedger(
      { redis: { url, prefix }, ledger: { kind: 'redis', addresses: null, clusterId: '0' } },
      log,
    );
    const stream = createMemoryEventStream();
    const order = testOrder(1, { schedule: 'duckdb-full', slot: '2026-01-01T00:00:00.000Z' });
    await stream.append(requested(order));
    await stream.append(completed(order, { sealedBytes: 77 }));
    const options = { stream, ledger, ledgerNumber: backupLedger, clock: systemClock, log };
    await createLedgerRecorder(options).record();
    await ledger.close();

    const shown = await run(['ledger', 'show', testId(1)]);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/ATTEMPT {2}EVENT[^]*completed +post +duckdb +full.* duckdb-full +77 /);
    expect(JSON.parse((await run(['ledger', 'show', testId(1), '--json'])).out)).toMatchObject([
      { event: 'requested', transfer: 'mark' },
      { event: 'started', transfer: 'pending' },
      { event: 'completed', transfer: 'post', bytes: 77 },
    ]);
    expect((await run(['ledger', 'replay'])).out).toMatch(/1 backup and 0 refused requests in 3 transfers/);
    expect(JSON.parse((await run(['ledger', 'replay', '--json'])).out)).toMatchObject({
      backups: [{ id: testId(1), status: 'completed', backupSizeBytes: 77 }],
    });
  });

  it('says what is wrong', async () => {
    expect(await run(['ledger', 'show', 'nonsense'])).toMatchObject({ code: 2 });
    expect((await run(['ledger', 'show', testId(2)])).err).toMatch(/error \(backup-not-found\)/);
    const tigerbeetle = { BACKUP_LEDGER_KIND: 'tigerbeetle' };
    expect((await run(['ledger', 'replay'], tigerbeetle)).err).toMatch(/error \(configuration-invalid\)/);
    const dead = { ...tigerbeetle, BACKUP_LEDGER_ADDRESSES: `127.0.0.1:${await freePort()}` };
    expect((await run(['ledger', 'replay'], dead)).err).toMatch(/error \(ledger-unavailable\)/);
  });
});
