import { describe, expect, it } from '@jest/globals';
import { extractBackupTriggerParams } from '../../processors/extract-backup-trigger-params.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { knownTenant } from '../support/scheduler-world.ts';

const extract = (body: unknown) =>
  extractBackupTriggerParams(exchangeOf({ body, trigger: 'api' as const, requestedBy: 'ops' }));

describe('extractBackupTriggerParams', () => {
  it('reads type, scope and tenant; a scope that is left out is full', () => {
    expect(extract({ backupType: 'duckdb' })).toEqual({
      trigger: 'api',
      requestedBy: 'ops',
      kind: 'duckdb-full',
      type: 'duckdb',
      scope: 'full',
      tenantId: null,
    });
    expect(extract({ backupType: 'tigerbeetle', backupScope: 'incremental' })).toMatchObject({
      kind: 'tigerbeetle-logs',
    });
    for (const tenantId of [knownTenant, knownTenant.toUpperCase()]) {
      expect(extract({ backupType: 'kms', tenantId })).toMatchObject({
        kind: 'kms-keys',
        tenantId: knownTenant,
      });
    }
  });

  it('on-demand backup validates backup type', () => {
    expect(() => extract({ backupType: 'oracle' })).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: 'Invalid backup type: oracle; allowed: tigerbeetle, duckdb, parquet, kms.',
        facts: { field: 'backupType', allowed: ['tigerbeetle', 'duckdb', 'parquet', 'kms'] },
      }),
    );
  });

  it.each([
    [{}, 'backupType', 'Invalid backup type: (missing)'],
    [{ backupType: 7 }, 'backupType', 'Invalid backup type: 7'],
    [{ backupType: null }, 'backupType', 'Invalid backup type: null'],
    [{ backupType: ['duckdb'] }, 'backupType', 'Invalid backup type: ["duckdb"]'],
    [{ backupType: 'x'.repeat(5000) }, 'backupType', `Invalid backup type: ${'x'.repeat(80)}…`],
    [
      { backupType: 'parquet', backupScope: 'incremental' },
      'backupScope',
      'Invalid backup scope for parquet: incremental; allowed: full.',
    ],
    [{ backupType: 'duckdb', backupScope: 3 }, 'backupScope', 'allowed: full, incremental'],
    [{ backupType: 'kms', tenantId: 'acme' }, 'tenantId', 'Invalid tenant id: acme is no UUID'],
    [{ backupType: 'kms', tenantId: 5 }, 'tenantId', 'Invalid tenant id: 5 is no UUID'],
    [{ backupType: 'kms', tenant: 'x' }, 'tenant', 'Unknown field: tenant'],
    [[], '(body)', 'must be a JSON object'],
    ['{"backupType":"kms"}', '(body)', 'must be a JSON object'],
    [null, '(body)', 'must be a JSON object'],
  ])('refuses %j, naming %s', (body, field, message) => {
    expect(() => extract(body)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        status: 400,
        message: expect.stringContaining(message),
        facts: expect.objectContaining({ field }),
      }),
    );
  });
});
