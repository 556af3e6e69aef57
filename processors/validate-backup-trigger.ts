import type { Exchange } from '../engine/exchange.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { BackupType } from '../model/backup-kind.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import { alreadyRunning } from './triggering/already-running.ts';
import type { BackupTrigger } from './triggering/backup-trigger.ts';
import { refuse, type RefusalDeps } from './triggering/refuse.ts';

/** The tenants that the KMS source knows. */
export interface Tenants {
  has(id: string): boolean | Promise<boolean>;
}

interface Deps extends RefusalDeps {
  readonly configuredTypes: ReadonlySet<BackupType>;
  readonly exclusion: Pick<Exclusion, 'admissions'>;
  readonly tenants: Tenants;
}

/**
 * Refuses what cannot be done, and puts the refusal on record: `source-not-configured`, `invalid-request` (no tenant for
 * KMS), `tenant-not-found`, `backup-already-running`. Between this look and the admission things may change: the
 * admission decides.
 */
export async function validateBackupTrigger(
  { body: trigger }: Exchange<BackupTrigger>,
  deps: Deps,
): Promise<BackupTrigger> {
  const refusal =
    unconfigured(trigger, deps) ?? (await tenantMissing(trigger, deps)) ?? (await running(trigger, deps));
  return refusal === undefined ? trigger : refuse(trigger, refusal, deps);
}

function unconfigured({ type }: BackupTrigger, { configuredTypes }: Deps): CodedError | undefined {
  if (configuredTypes.has(type)) return undefined;
  const message = `No source is configured for backups of type ${type}; set sources.${type}, see docs/configuration.md.`;
  return new CodedError('source-not-configured', message, { facts: { backupType: type } });
}

async function tenantMissing(
  { type, tenantId }: BackupTrigger,
  { tenants }: Deps,
): Promise<CodedError | undefined> {
  if (type !== 'kms') return undefined;
  if (tenantId === null) {
    const message = 'Tenant ID required for KMS backup: give tenantId, a UUID.';
    return new CodedError('invalid-request', message, { facts: { field: 'tenantId' } });
  }
  if (await tenants.has(tenantId)) return undefined;
  return new CodedError('tenant-not-found', `No tenant ${tenantId} has keys to back up.`, {
    facts: { field: 'tenantId', tenantId },
  });
}

async function running(
  { type, idempotencyKey }: BackupTrigger,
  { exclusion }: Deps,
): Promise<CodedError | undefined> {
  // A repeated request may well find its own backup running: the admission knows its key.
  if (idempotencyKey !== undefined) return undefined;
  const other = (await exclusion.admissions()).find(({ order }) => order.type === type);
  return other === undefined ? undefined : alreadyRunning(type, other.order.backupId, other.state);
}
