import type { Command } from 'commander';
import type { Wanted } from '../../../backups/restoring/choose-backup.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { type KeyOptions, withKeyOption } from '../../backup-access.ts';
import { momentOf } from '../../../model/moment.ts';

/** The options that every restore has. */
export interface RestoreOptions extends KeyOptions {
  readonly to: string;
  readonly at?: string;
  readonly backup?: string;
  readonly reason?: string;
  readonly dryRun?: true;
}

export function restoreCommand(
  group: Command,
  {
    type,
    what,
    target,
    example,
  }: { readonly type: string; readonly what: string; readonly target: string; readonly example: string },
): Command {
  const command = group
    .command(type)
    .description(what)
    .requiredOption(target, 'where to; must not exist, and appears when all of it is there and proven')
    .option('--at <time>', 'the newest backup that holds nothing later (ISO 8601; default: now)')
    .option('--backup <id>', 'this backup')
    .option('--overwrite', 'replace what is there, once the restored one is complete')
    .option('--dry-run', 'say what would be read, and what is wrong with the target; restore nothing')
    .addHelpText('after', `\nExample:\n  backup-scheduler --config configuration.json ${example}`);
  return withKeyOption(withReason(command));
}

export function withReason(command: Command): Command {
  return command.option('--reason <text>', 'why, for the record');
}

export function wantedOf({ at, backup }: Pick<RestoreOptions, 'at' | 'backup'>): Wanted {
  if (at !== undefined && backup !== undefined) {
    throw new CodedError('invalid-request', 'give --at or --backup, not both');
  }
  if (backup !== undefined) return { backupId: backup.toUpperCase() };
  if (at === undefined) return {};
  const time = momentOf(at);
  if (time !== undefined) return { at: time };
  throw new CodedError(
    'invalid-request',
    `--at "${at}" is no time with its zone, e.g. 2026-01-01T06:00:00Z or 2026-01-01T07:00:00+01:00`,
  );
}
