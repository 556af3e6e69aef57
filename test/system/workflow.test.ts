import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { makeSampleLedger } from '../../app/quickstart/sample-ledger.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { everythingWritten, findSecrets, secretsOf } from '../support/everything-written.ts';
import { patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

describe('full scheduler workflow with all backup types', () => {
  it('runs each schedule once, in order and one at a time, and then each type on demand', async () => {
    const files = await site();
    const { run, tenantIds, folder, adminKey } = files;
    await makeSampleLedger(loadConfiguration({ file: folder.configuration, environment: {} }));
    const started = await run(['start'], {
      sources: { tigerbeetle: { kind: 'redis' } },
      schedules: [
        { name: 'kms-keys', enabled: true },
        { name: 'tigerbeetle-logs', every: 'PT6H' },
      ],
    });
    const { api } = started;
    await api.ready();
    const scheduled = await until(
      'every schedule has completed',
      async () => {
        const completed = (await api.history()).filter(({ status }) => status === 'completed');
        return completed.length >= 6 && completed;
      },
      patience,
    );
    const order = scheduled.map(({ schedule }) => schedule).reverse();
    expect(order.toSorted()).toEqual([
      'duckdb-full',
      'duckdb-incremental',
      'kms-keys',
      'parquet-replication',
      'tigerbeetle-logs',
      'tigerbeetle-snapshot',
    ]);
    expect(order.indexOf('duckdb-full')).toBeLessThan(order.indexOf('duckdb-incremental'));
    expect(order.indexOf('duckdb-incremental')).toBeLessThan(order.indexOf('parquet-replication'));

    for (const body of [
      { backupType: 'tigerbeetle', backupScope: 'full' },
      { backupType: 'tigerbeetle', backupScope: 'incremental' },
      { backupType: 'duckdb', backupScope: 'incremental' },
      { backupType: 'parquet' },
      { backupType: 'kms', tenantId: tenantIds[0] },
    ]) {
      const backupId = await api.trigger(body);
      const done = await api.reaches(backupId, 'completed');
      expect(done).toMatchObject({ ...body, trigger: 'api', requestedBy: 'quickstart-admin' });
    }
    expect(await expectSettled(api, folder.store)).toHaveLength(11);

    const secrets = await secretsOf(files);
    const session = await api.request('/api/session', { body: { key: adminKey } });
    const [cookie = ''] = session.headers.getSetCookie();
    secrets.push({ name: 'a session', forms: [/=([^;]+)/.exec(cookie)?.[1] ?? ''] });
    // A file of tenants' keys that cannot be used: what is said of it quotes nothing of it.
    await writeFile(
      folder.tenantKeys,
      (await readFile(folder.tenantKeys, 'utf8')).replaceAll('"tags"', '"tag"'),
    );
    const refused = await api.request('/api/backups/trigger', {
      body: { backupType: 'kms', tenantId: tenantIds[0] },
    });
    const said = await refused.text();
    expect(said).toContain(`tenants.${tenantIds[0]}`);
    await started.end();
    const written = [...(await everythingWritten(files)), ['an answer', Buffer.from(said)] as const];
    expect(findSecrets(written, secrets)).toEqual([]);
    // The search itself: it finds each secret where there is one, and has looked at what was written.
    for (const each of secrets) {
      for (const form of each.forms) {
        const planted = ['planted', Buffer.concat([Buffer.from('{"a":'), Buffer.from(form)])] as const;
        expect(findSecrets([planted], secrets)).toContain(`${each.name} in planted`);
      }
    }
    for (const part of ['appendonly', '/logs/', '/store/', 'rows of the metadata']) {
      const places = written.filter(([name]) => name.includes(part));
      expect([part, places.some(([, bytes]) => bytes.includes(tenantIds[0] ?? '-'))]).toEqual([part, true]);
    }
  }, 300_000);
});
