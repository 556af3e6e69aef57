import { type Command, Argument } from 'commander';
import { stopRequest } from '../../app/processes/stop-request.ts';
import type { Configuration } from '../../config/configuration.ts';
import { giveWay } from '../../runtime/give-way.ts';
import type { Log } from '../../engine/log.ts';
import { workerKinds, type WorkerKind } from '../../model/worker-kind.ts';
import type { CliCommand } from '../cli.ts';
import { processSettings } from '../process-settings.ts';

export const worker: CliCommand = (program, cli) => {
  program
    .command('worker')
    .description('takes the backups of one type, verifies those of all, or runs restores of the API')
    .addArgument(new Argument('<type>', 'which').choices(workerKinds))
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json worker duckdb')
    .action(async (type: WorkerKind, _options: unknown, command: Command) => {
      const { configuration, log } = processSettings(`${type}-worker`, command, cli);
      const asked = stopRequest();
      if (type !== 'restore') giveWay(configuration.worker.niceness);
      const running = await startWorker(type, configuration, log);
      log.info({ type }, 'waiting for work');
      log.info({ reason: await asked }, 'stopping');
      await running.stop();
    });
};

/** Each loads what it needs alone. */
async function startWorker(kind: WorkerKind, configuration: Configuration, log: Log) {
  if (kind === 'verification') {
    const { startVerificationProcess } = await import('../../app/verification-process.ts');
    return startVerificationProcess(configuration, log);
  }
  if (kind === 'restore') {
    const { startRestoreProcess } = await import('../../app/restore-process.ts');
    return startRestoreProcess(configuration, log);
  }
  const { startWorkerProcess } = await import('../../app/worker-process.ts');
  return startWorkerProcess(kind, configuration, log);
}
