import { CodedError } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { manifestPath } from '../../model/manifest.ts';
import type { Finding } from '../../model/verification.ts';

/** Codes that say something of the backup, not of the machine that looks at it. */
const damage = ['object-damaged', 'object-not-found', 'backup-not-found'];

/** What an error says is damaged. Anything that is no damage is thrown again. */
export function findingOf(error: unknown, type: BackupType): Finding {
  if (!(error instanceof CodedError) || !damage.includes(error.code)) throw error;
  const { path, backupId } = error.facts;
  if (typeof path === 'string') return { object: path, problem: error.message };
  const object = typeof backupId === 'string' ? manifestPath(type, backupId) : null;
  return { object, problem: error.message };
}
