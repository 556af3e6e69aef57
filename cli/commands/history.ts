import { type Command, Option } from 'commander';
import { backupTypes } from '../../model/backup-kind.ts';
import { type BackupRecord, backupStatuses } from '../../stores/metadata/port.ts';
import { askForJson } from '../api-client.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { table } from '../table.ts';

interface Options extends SharedOptions {
  readonly type?: string;
  readonly status?: string;
  readonly tenant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
}

export const history: CliCommand = (program, cli) => {
  program
    .command('history')
    .description('backups, newest first')
    .addOption(new Option('--type <type>', 'of this type').choices(backupTypes))
    .addOption(new Option('--status <status>', 'in this state').choices(backupStatuses))
    .option('--tenant <uuid>', 'of this tenant')
    .option('--from <time>', 'started then or later (ISO-8601)')
    .option('--to <time>', 'started before (ISO-8601)')
    .option('--limit <count>', 'at most so many, 1 to 1000', '50')
    .addHelpText(
      'after',
      '\nExamples:\n  backup-scheduler history --type duckdb --from 2026-01-01\n  backup-scheduler history --status failed --json',
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { type, status, tenant, from, to, limit } = options;
      const query = new URLSearchParams({ limit });
      const filters = { backupType: type, status, tenantId: tenant, from, to };
      for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value);
      const connection = await connectionFor(options, cli);
      const records = await askForJson<readonly BackupRecord[]>(
        connection,
        `/api/backups/history?${query.toString()}`,
      );
      cli.out(options.json ? JSON.stringify(records) : historyTable(records));
    });
};

function historyTable(records: readonly BackupRecord[]): string {
  return table(
    ['id', 'type', 'scope', 'status', 'schedule', 'started', 'ended', 'bytes', 'verified', 'error'],
    records.map((one) => [
      one.id,
      one.backupType,
      one.backupScope,
      one.status,
      one.schedule ?? one.requestedBy,
      one.startTime,
      one.endTime,
      one.backupSizeBytes,
      verifiedText(one),
      one.damage ?? one.errorCode,
    ]),
  );
}

function verifiedText({ lastVerification: last }: BackupRecord): string | null {
  return last === null ? null : `${last.result} at ${last.reached}, ${last.endTime}`;
}
