import { describe, expect, it } from '@jest/globals';
import { manifestPath } from '../../../model/manifest.ts';
import { accountFlags, transferFlags as flags } from '../../../stores/ledger/port.ts';
import { damage } from '../../support/damage.ts';
import { asImported, contentOf } from '../../support/ledger-backups.ts';
import { results } from '../../support/ledger-events.ts';
import { ledgerSites } from './ledger-sites.ts';

const site = ledgerSites();

describe('a backup of a ledger', () => {
  it('is restored with its logs, row for row and balance for balance', async () => {
    const { ledger, target, scope, write, take, restore } = await site();
    const full = await take('tigerbeetle-snapshot');
    expect(full).toMatchObject({ header: { scope: 'full', parent: null, note: null } });
    expect(full.body.details).toMatchObject({ balanced: 500 });

    await write(3000, 500);
    const { transfer, end, account, id } = scope;
    const more = await ledger.createAccounts([account(501), account(502), account(503)]);
    expect(results(more)).toEqual(['created', 'created', 'created']);
    const closing = await ledger.createTransfers([
      transfer(5000, { debitAccountId: id(501), flags: flags.pending | flags.closingDebit, amount: 0n }),
      transfer(5001, { debitAccountId: id(502), flags: flags.pending | flags.closingDebit, amount: 0n }),
      end(5002, 5001, { flags: flags.voidPendingTransfer }),
    ]);
    expect(results(closing)).toEqual(['created', 'created', 'created']);
    const log = await take('tigerbeetle-logs');
    expect(log.header).toMatchObject({ scope: 'incremental', parent: { backupId: full.header.backupId } });
    expect(log.body.objects.reduce((rows, object) => rows + (object.rows ?? 0), 0)).toBe(506);

    const empty = await take('tigerbeetle-logs');
    expect(empty).toMatchObject({
      header: { parent: { backupId: log.header.backupId } },
      body: { objects: [] },
    });

    const restored = await restore(empty.header.backupId);
    expect(restored).toMatchObject({ total: { accounts: 503, transfers: 2003 }, voided: [] });
    const content = await contentOf(target);
    expect(content).toEqual(asImported(await contentOf(ledger)));
    expect(content.accounts.filter((one) => (one.flags & accountFlags.closed) !== 0)).toMatchObject([
      { id: id(501) },
    ]);
    expect(restored.open).toHaveLength(401);
  });

  it('releases what had expired, and keeps what was open', async () => {
    const { clock, ledger, target, scope, write, take, restore } = await site();
    clock.tick(60_000);
    await write(3000, 10);
    const { header } = await take('tigerbeetle-snapshot');
    const { voided, total } = await restore(header.backupId);
    expect(voided).toHaveLength(75);
    expect(total).toEqual({ accounts: 500, transfers: 1585 });
    const [before, after] = [asImported(await contentOf(ledger)), await contentOf(target)];
    expect(after.accounts).toEqual(before.accounts);
    expect(after.transfers.filter(({ id }) => id >> 32n === scope.id(0) >> 32n)).toEqual(before.transfers);
  });

  it('is the next full one with the rows that the full before it holds', async () => {
    const { ledger, target, write, take, restore } = await site();
    const first = await take('tigerbeetle-snapshot');
    await write(3000, 500);
    const second = await take('tigerbeetle-snapshot');
    const paths = new Set(first.body.objects.map(({ path }) => path));
    expect(second.body.objects.filter(({ path }) => paths.has(path)).length).toBeGreaterThan(1);
    await restore(second.header.backupId);
    expect(await contentOf(target)).toEqual(asImported(await contentOf(ledger)));
  });

  it('goes on with a restore that was ended, and refuses a ledger with another history', async () => {
    const { ledger, target, scope, write, take, restore, emptyLedger } = await site();
    const first = await take('tigerbeetle-snapshot');
    await write(3000, 500);
    const second = await take('tigerbeetle-snapshot');
    await restore(first.header.backupId);
    expect(await restore(second.header.backupId)).toMatchObject({ before: { transfers: 1500 } });
    expect(await contentOf(target)).toEqual(asImported(await contentOf(ledger)));
    const foreign = emptyLedger();
    await foreign.createAccounts([scope.account(1)]);
    await expect(restore(second.header.backupId, foreign)).rejects.toMatchObject({
      code: 'restore-target-exists',
    });
  });

  it('is a full one where a log has no parent, or one that is damaged, and says why', async () => {
    const { vault, take } = await site({ accounts: 410, transfers: 20 });
    const first = await take('tigerbeetle-logs');
    expect(first.header).toMatchObject({
      scope: 'full',
      note: expect.stringContaining('no full') as unknown,
    });
    const log = await take('tigerbeetle-logs');
    expect(log.header.scope).toBe('incremental');
    await damage.flip(vault.root, manifestPath('tigerbeetle', first.header.backupId));
    const next = await take('tigerbeetle-logs');
    expect(next.header).toMatchObject({
      scope: 'full',
      note: expect.stringContaining(first.header.backupId) as unknown,
    });
    expect(next.body.details).toMatchObject({ accounts: { rows: 410 }, transfers: { rows: 20 } });
  });

  it('stores nothing when it is aborted', async () => {
    const { vault, take } = await site({ accounts: 410, transfers: 20 });
    await expect(
      take('tigerbeetle-snapshot', { signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
    const stored: string[] = [];
    for await (const { key } of vault.store.list('')) stored.push(key);
    expect(stored).toEqual([]);
  });

  it('writes nothing where an object is damaged', async () => {
    const { vault, target, take, restore } = await site({ accounts: 410, transfers: 20 });
    const { header, body } = await take('tigerbeetle-snapshot');
    await damage.flip(vault.root, body.objects[0]?.path ?? '');
    await expect(restore(header.backupId)).rejects.toMatchObject({ code: 'object-damaged' });
    expect(await contentOf(target)).toEqual({ accounts: [], transfers: [] });
  });
});
