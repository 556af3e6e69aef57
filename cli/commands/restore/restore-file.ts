import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RestorePlan } from '../../../app/restoring/plan-restore.ts';
import type { FileType } from '../../../app/restoring/readers.ts';
import {
  type FileRestoreOrder,
  rehearseRestore,
  restoreBackup,
  type RestoreWatch,
} from '../../../app/restoring/restore-backup.ts';
import type { Selection } from '../../../backups/backup-restorer.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { bytes, counted, duration } from '../../../web/quantities.ts';
import { openConfiguredBackups } from '../../backup-access.ts';
import type { Cli } from '../../cli.ts';
import { interruptible } from '../../interruptible.ts';
import { progressLines } from '../../progress-lines.ts';
import { facts } from '../../table.ts';
import { onRecord } from './on-record.ts';
import { type RestoreOptions, wantedOf } from './restore-command.ts';

interface Options extends RestoreOptions {
  readonly tables?: string;
  readonly tenant?: string;
  readonly tenantColumn?: string;
  readonly overwrite?: true;
}

/** Restores a type that becomes a file or a folder, as the command line says. */
export async function runRestore(type: FileType, command: Command, cli: Cli): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const selection = selectionOf(options);
  const wanted = wantedOf(options);
  const order = { type, wanted, to: options.to, selection, overwrite: options.overwrite === true };
  if (options.dryRun === true) return rehearse(order, options, cli);
  const { configuration, ...backups } = await openConfiguredBackups(options, cli);
  const own = {
    ...{ backupType: type, to: resolve(order.to), at: isoOf(wanted.at), reason: options.reason ?? '' },
    ...{ tables: selection.tables === undefined ? null : [...selection.tables] },
    tenant: selection.tenant ?? null,
  };
  const { header, ...done } = await onRecord({ configuration, own }, cli, (chose) =>
    interruptible((signal) => {
      let progress: RestoreWatch['progress'] = () => undefined;
      const counted: RestoreWatch['progress'] = (count) => {
        progress(count);
      };
      const begin: RestoreWatch['begin'] = (plan, estimateMs) => {
        chose(plan.header.backupId);
        announce(plan, estimateMs, cli);
        progress = progressLines(cli, plan.plainBytes);
      };
      const swept: RestoreWatch['swept'] = (told) => {
        for (const line of told) cli.err(`note: ${line}`);
      };
      const watch = { signal, begin, swept, progress: counted };
      return restoreBackup(configuration, backups, { order, watch });
    }),
  );
  for (const note of done.notes) cli.err(`note: ${note}`);
  const restored = { restored: options.to, ...about(header), ...done.counts };
  if (options.json === true) cli.out(JSON.stringify({ ...restored, ...done }));
  else cli.out(facts({ ...restored, took: duration(done.durationMs) }));
}

async function rehearse(order: FileRestoreOrder, options: Options, cli: Cli): Promise<void> {
  const { configuration, ...backups } = await openConfiguredBackups(options, cli);
  const begin: RestoreWatch['begin'] = (plan, estimateMs) => {
    announce(plan, estimateMs, cli);
  };
  const { header, ...plan } = await rehearseRestore(configuration, backups, { order, begin });
  const would = { wouldRestore: order.to, ...about(header), objects: plan.objects };
  cli.out(options.json === true ? JSON.stringify({ ...would, ...plan }) : facts(would));
}

function about({ backupId, scope, startTime, endTime }: RestorePlan['header']) {
  return { backupId, scope, startTime, endTime };
}

function announce(plan: RestorePlan, estimateMs: number | null, cli: Cli): void {
  const { header, objects, manifests, sealedBytes, plainBytes } = plan;
  const time =
    estimateMs === null
      ? 'how long it takes is not known: nothing of the kind was restored here before'
      : `about ${duration(estimateMs)}, by the restore before`;
  cli.err(
    `${header.type} ${header.scope} backup ${header.backupId}, taken ${header.startTime} to ${header.endTime}`,
  );
  cli.err(
    `reading ${counted(objects, 'object')} and ${counted(manifests, 'manifest')}: ${bytes(sealedBytes)} sealed, ${bytes(plainBytes)} opened; ${time}`,
  );
  for (const line of plan.lines) cli.err(line);
  for (const warning of plan.warnings) cli.err(`warning: ${warning}`);
}

function selectionOf({ tables, tenant, tenantColumn }: Options): Selection {
  if ((tenant === undefined) !== (tenantColumn === undefined)) {
    throw new CodedError(
      'invalid-request',
      'give --tenant and --tenant-column together: which one, and the column that says whose a row is',
    );
  }
  return {
    ...(tables === undefined ? {} : { tables: tables.split(',').map((name) => name.trim()) }),
    ...(tenant === undefined || tenantColumn === undefined
      ? {}
      : { tenant: { id: tenant, column: tenantColumn } }),
  };
}

function isoOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
