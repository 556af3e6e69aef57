import { refuseQuery } from '../../backups/duckdb/refuse-query.ts';
import type { Configuration } from '../../config/configuration.ts';
import { readSchedules } from '../../config/read-schedules.ts';
import { readVerifications } from '../../config/read-verifications.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { compileVerifications } from '../../scheduling/compile-verifications.ts';
import { requireLedgers } from './ledger.ts';

/**
 * Throws `configuration-invalid` for schedules, verifications, ledgers or paths that cannot be, though each key alone may be
 * what it is: a process that refuses them would be started again for ever.
 */
export function requireStartable(configuration: Configuration): void {
  compileSchedules(readSchedules(configuration.schedules));
  compileVerifications(readVerifications(configuration.verifications));
  requireLedgers(configuration);
  const { sources, scratch } = configuration;
  for (const path of [sources.duckdb.file ?? '', scratch.folder]) refuseQuery(path, 'configuration-invalid');
}
