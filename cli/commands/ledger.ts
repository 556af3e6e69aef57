import type { Command } from 'commander';
import { z } from 'zod';
import { openLedger } from '../../app/wiring/ledger.ts';
import { openLog } from '../../app/wiring/log.ts';
import { readSchedules } from '../../config/read-schedules.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { backupLedger, scheduleNumber } from '../../recording/event-transfers.ts';
import { type LedgerEntry, type ScheduleNames, ledgerEntries } from '../../recording/read-ledger.ts';
import { type LedgerReplay, replayLedger } from '../../recording/replay-ledger.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { counted } from '../../web/quantities.ts';
import type { Cli, CliCommand, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';
import { table } from '../table.ts';

export const ledger: CliCommand = (program, cli) => {
  const group = program.command('ledger').description('the audit trail: a transfer of every event');
  group
    .command('show')
    .description('the transfers of a backup, unpacked')
    .argument('<id>', 'id of the backup')
    .addHelpText(
      'after',
      '\nExample:\n  backup-scheduler --config configuration.json ledger show 01KAVQ0000000000000000000A',
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      if (!z.ulid().safeParse(id).success) {
        throw new CodedError('invalid-request', `"${id}" is no id of a backup (26 letters and digits)`);
      }
      const options = command.optsWithGlobals<SharedOptions>();
      const entries = await reading(options, cli, (from, schedules) =>
        ledgerEntries(from, id.toUpperCase(), schedules),
      );
      if (entries.length === 0) {
        throw new CodedError('backup-not-found', `the ledger has no transfer of backup ${id}`);
      }
      cli.out(options.json === true ? JSON.stringify(entries) : entryTable(entries));
    });
  group
    .command('replay')
    .description('what the transfers alone tell of every backup (docs/ledger.md says which columns)')
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json ledger replay --json')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const replayed = await reading(options, cli, (from, schedules) =>
        replayLedger(from, { ledgerNumber: backupLedger, schedules }),
      );
      cli.out(options.json === true ? JSON.stringify(replayed) : replayTable(replayed));
    });
};

/** Opens the ledger of the configuration for one question. */
async function reading<Answer>(
  options: SharedOptions,
  cli: Cli,
  ask: (ledger: Ledger, schedules: ScheduleNames) => Promise<Answer>,
): Promise<Answer> {
  const configuration = await configurationFor(options, cli);
  const names = readSchedules(configuration.schedules).map(({ name }) => name);
  const opened = await openLedger(configuration, openLog('ledger', 'error'));
  try {
    return await ask(opened, new Map(names.map((name) => [scheduleNumber(name), name])));
  } finally {
    await opened.close();
  }
}

function entryTable(entries: readonly LedgerEntry[]): string {
  return table(
    [
      ...['attempt', 'event', 'transfer', 'type', 'scope', 'compression', 'encryption', 'status'],
      ...['retention', 'started', 'schedule', 'bytes', 'recorded'],
    ],
    entries.map((one) => [
      ...[
        one.attempt,
        one.event,
        one.transfer,
        one.type,
        one.scope,
        one.compression,
        one.encryption,
        one.status,
      ],
      one.retentionDays === 0 ? null : `${one.retentionDays} d`,
      ...[one.startTime, one.schedule, one.bytes, one.recordedAt],
    ]),
  );
}

function replayTable({ backups, transfers, refused, foreign }: LedgerReplay): string {
  const rows = backups.map((one) => [
    ...[one.id, one.backupType, one.backupScope, one.status, one.startTime, one.backupSizeBytes],
    ...[one.schedule, one.attempt, one.recordedAt],
  ]);
  return [
    table(['id', 'type', 'scope', 'status', 'started', 'bytes', 'schedule', 'attempt', 'recorded'], rows),
    `${counted(backups.length, 'backup')} and ${counted(refused, 'refused request')} in ${counted(transfers, 'transfer')}${foreign === 0 ? '' : `; ${foreign} are none of a backup`}`,
  ].join('\n');
}
