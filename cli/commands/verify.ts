import { type Command, Option } from 'commander';
import { type VerificationLevel, verificationLevels } from '../../model/verification.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { bytes, counted, duration } from '../../web/quantities.ts';
import { type KeyOptions, openConfiguredBackups, withKeyOption } from '../backup-access.ts';
import type { CliCommand } from '../cli.ts';
import { interruptible } from '../interruptible.ts';
import { progressLines } from '../progress-lines.ts';
import { queueVerification } from '../queue-verification.ts';

interface Options extends KeyOptions {
  readonly level: string;
  readonly queue?: true;
  readonly reason?: string;
}

export const verify: CliCommand = (program, cli) => {
  const command = program
    .command('verify')
    .description('whether a backup can be restored; exit code 1 and the object by name when not')
    .argument('<id>', 'id of the backup')
    .addOption(
      new Option(
        '--level <level>',
        '1: every object is there with its size and checksum; 2: opens and decodes all; 3: restores it and compares',
      )
        .choices(verificationLevels.map(String))
        .default('2'),
    )
    .option(
      '--queue',
      'have the running scheduler do it (role operator), on record, instead of this process; waits for the result',
    )
    .option('--reason <text>', 'why, for the record; goes with --queue')
    .addHelpText(
      'after',
      '\nExample:\n  backup-scheduler --config configuration.json verify 01KAVQ0000000000000000000A --level 3\n  backup-scheduler verify 01KAVQ0000000000000000000A --level 3 --queue --reason drill',
    );
  withKeyOption(command).action(async (backupId: string, _options: unknown, command: Command) => {
    const options = command.optsWithGlobals<Options>();
    const level = Number(options.level) as VerificationLevel;
    if (options.queue === true) {
      await queueVerification(checkedId(backupId), { ...options, level }, cli);
      return;
    }
    if (options.reason !== undefined) {
      throw new CodedError(
        'invalid-request',
        '--reason goes with --queue: what this process does is on no record',
      );
    }
    const backups = await openConfiguredBackups(options, cli);
    const { verify: verifyOne } = await import('../../app/restoring/verify.ts');
    let progress: (count: number) => void = () => undefined;
    const report = await interruptible((signal) =>
      verifyOne(backups.configuration, backups, {
        ...{ backupId: checkedId(backupId), level, signal },
        begin({ objects, bytes: total }) {
          cli.err(
            `reading ${counted(objects, 'object')}, ${bytes(total)} sealed${level === 3 ? ', twice' : ''}`,
          );
          progress = progressLines(cli, total);
        },
        progress: (count) => {
          progress(count);
        },
      }),
    );
    for (const note of report.notes) cli.err(`note: ${note}`);
    if (options.json === true) cli.out(JSON.stringify(report));
    else if (report.ok) {
      const read = `${counted(report.objects, 'object')} and ${counted(report.manifests, 'manifest')}, ${bytes(report.bytes)} read`;
      cli.out(
        `${report.type} backup ${backupId} is whole at level ${report.level}: ${read} in ${duration(report.durationMs)}`,
      );
    }
    if (report.ok) return;
    const named = report.findings.map(({ object, problem }) => `${object ?? 'the backup'}: ${problem}`);
    throw new CodedError('object-damaged', `backup ${backupId} is damaged\n${named.join('\n')}`);
  });
};

function checkedId(given: string): string {
  const id = given.toUpperCase();
  if (/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return id;
  throw new CodedError('invalid-request', `"${given}" is no backup id; see \`backup-scheduler history\``);
}
