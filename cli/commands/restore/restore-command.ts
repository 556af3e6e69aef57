import type { Command } from 'commander';
import type { RestorableType } from '../../../app/restoring/readers.ts';
import { restoreBackup, type RestorePlan, type RestoreWatch } from '../../../app/restoring/restore-backup.ts';
import type { Wanted } from '../../../backups/restoring/choose-backup.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { bytes, duration } from '../../../web/quantities.ts';
import { type KeyOptions, openConfiguredBackups, withKeyOption } from '../../backup-access.ts';
import type { Cli } from '../../cli.ts';
import { interruptible } from '../../interruptible.ts';
import { progressLines } from '../../progress-lines.ts';
import { facts } from '../../table.ts';

interface Options extends KeyOptions {
  readonly to: string;
  readonly at?: string;
  readonly backup?: string;
  readonly tables?: string;
  readonly overwrite?: true;
}

/** The options that every restore has. */
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
    .addHelpText('after', `\nExample:\n  backup-scheduler --config configuration.json ${example}`);
  return withKeyOption(command);
}

export async function runRestore(type: RestorableType, command: Command, cli: Cli): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const tables = options.tables?.split(',').map((name) => name.trim());
  const order = {
    ...{ type, wanted: wantedOf(options), to: options.to, overwrite: options.overwrite === true },
    ...(tables === undefined ? {} : { tables }),
  };
  const backups = await openConfiguredBackups(options, cli);
  const { header, ...done } = await interruptible((signal) => {
    let progress: RestoreWatch['progress'] = () => undefined;
    const begin = (plan: RestorePlan): void => {
      for (const line of announcement(plan)) cli.err(line);
      progress = progressLines(cli, plan.plainBytes);
    };
    const watch = {
      signal,
      begin,
      progress: (count: number) => {
        progress(count);
      },
    };
    return restoreBackup(backups.configuration, backups, { order, watch });
  });
  for (const note of done.notes) cli.err(`note: ${note}`);
  const { backupId, scope, startTime, endTime, snapshotAt } = header;
  const restored = { restored: options.to, backupId, scope, snapshotAt, startTime, endTime, ...done.counts };
  if (options.json === true) cli.out(JSON.stringify({ ...restored, ...done }));
  else cli.out(facts({ ...restored, took: duration(done.durationMs) }));
}

function announcement(plan: RestorePlan): string[] {
  const { header, objects, manifests, sealedBytes, plainBytes, estimateMs } = plan;
  const about =
    estimateMs === null
      ? 'how long it takes is not known: nothing of the kind was restored here before'
      : `about ${duration(estimateMs)}, by the restore before`;
  const holds = header.snapshotAt === undefined ? '' : `, holding the data of ${header.snapshotAt}`;
  return [
    `${header.type} ${header.scope} backup ${header.backupId}${holds}, taken ${header.startTime} to ${header.endTime}`,
    `reading ${objects} objects and ${manifests} manifests: ${bytes(sealedBytes)} sealed, ${bytes(plainBytes)} opened; ${about}`,
    ...plan.warnings.map((warning) => `warning: ${warning}`),
  ];
}

export function wantedOf({ at, backup }: Pick<Options, 'at' | 'backup'>): Wanted {
  if (at !== undefined && backup !== undefined) {
    throw new CodedError('invalid-request', 'give --at or --backup, not both');
  }
  if (backup !== undefined) return { backupId: backup };
  if (at === undefined) return {};
  const time = Date.parse(at);
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(at) && !Number.isNaN(time)) return { at: time };
  throw new CodedError(
    'invalid-request',
    `--at "${at}" is no time with its zone, e.g. 2026-01-01T06:00:00Z or 2026-01-01T07:00:00+01:00`,
  );
}
