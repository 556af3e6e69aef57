import { ulid } from 'ulid';
import { type CodedError, errorText } from '../errors/coded-error.ts';
import { type BackupScope, type BackupType, kindOf } from '../model/backup-kind.ts';
import type { ApiDeps } from './deps.ts';

/** Puts a refused trigger on record, with who asked; where that fails, the log keeps it. */
export async function recordRefusal(
  asked: { readonly backupType: BackupType; readonly backupScope?: BackupScope; readonly tenantId?: string },
  { who, error }: { readonly who: string; readonly error: CodedError },
  { events, clock, log }: Pick<ApiDeps, 'events' | 'clock' | 'log'>,
): Promise<void> {
  const { code, message } = error;
  const { backupType: type, backupScope: scope = 'full', tenantId = null } = asked;
  log.warn({ audit: 'refused', who, code, type, scope, tenantId }, 'a trigger was refused');
  const kind = kindOf(type, scope);
  // A scope that the type does not have cannot be named as an order; the log has it.
  if (kind === undefined) return;
  const now = clock.now();
  const at = new Date(now).toISOString();
  try {
    await events.append({
      kind: 'refused',
      at,
      order: {
        backupId: ulid(now),
        attempt: 1,
        kind,
        type,
        scope,
        schedule: null,
        slot: null,
        tenantId,
        trigger: 'api',
        requestedBy: who,
        requestedAt: at,
        timeoutMs: null,
        reason: 'asked for',
      },
      error: { code, message },
    });
  } catch (failure) {
    log.error({ who, code, error: errorText(failure) }, 'a refused trigger could not be put on record');
  }
}
