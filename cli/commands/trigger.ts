import { Argument, type Command, Option } from 'commander';
import { CodedError } from '../../errors/coded-error.ts';
import { backupScopes, backupTypes } from '../../model/backup-kind.ts';
import type { TriggerReply } from '../../processors/triggering/backup-trigger.ts';
import { askForJson } from '../api-client.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { followBackup } from '../follow-backup.ts';
import { facts } from '../table.ts';

interface Options extends SharedOptions {
  readonly scope?: string;
  readonly tenant?: string;
  readonly idempotencyKey?: string;
  readonly wait?: true;
}

export const trigger: CliCommand = (program, cli) => {
  program
    .command('trigger')
    .description('take a backup now (role admin)')
    .addArgument(new Argument('<type>', 'what to back up').choices(backupTypes))
    .addOption(new Option('--scope <scope>', 'full, or what has changed').choices(backupScopes))
    .option('--tenant <uuid>', 'whose keys; needed for kms')
    .option('--idempotency-key <key>', 'the same key again names the same backup')
    .option('--wait', 'show its progress until it has ended; exit code 1 when it failed')
    .addHelpText(
      'after',
      '\nExamples:\n  backup-scheduler trigger duckdb --scope incremental --wait\n  backup-scheduler trigger kms --tenant 7a3c1f0e-3f43-4a4e-9a5e-0c8e8f3d2b11',
    )
    .action(async (backupType: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { scope, tenant, idempotencyKey } = options;
      const connection = await connectionFor(options, cli);
      const reply = await askForJson<TriggerReply>(connection, '/api/backups/trigger', {
        method: 'POST',
        body: {
          backupType,
          ...(scope === undefined ? {} : { backupScope: scope }),
          ...(tenant === undefined ? {} : { tenantId: tenant }),
        },
        headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      });
      if (options.wait === undefined) {
        cli.out(options.json ? JSON.stringify(reply) : facts({ ...reply }));
        return;
      }
      const record = await followBackup(reply.backupId, connection, cli);
      cli.out(options.json ? JSON.stringify(record) : facts({ ...record }));
      if (record.status === 'completed') return;
      throw new CodedError(
        'backup-failed',
        `backup ${record.id} failed: ${record.errorMessage ?? 'no reason given'}`,
      );
    });
};
