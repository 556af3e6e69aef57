import { type Command, Argument } from 'commander';
import { startControlPlane } from '../../app/control-plane.ts';
import { stopRequest } from '../../app/processes/stop-request.ts';
import { startAll } from '../../app/start.ts';
import { startRestoreProcess } from '../../app/restore-process.ts';
import { startVerificationProcess } from '../../app/verification-process.ts';
import { startWorkerProcess } from '../../app/worker-process.ts';
import { openLog } from '../../app/wiring/log.ts';
import type { Configuration } from '../../config/configuration.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { Log } from '../../engine/log.ts';
import { workerKinds, type WorkerKind } from '../../model/worker-kind.ts';
import type { Cli, CliCommand, SharedOptions } from '../cli.ts';

/** Long enough for a worker's own deadline, short enough for who waits for the machine to go down. */
const stopWithinMs = 25_000;

/** The commands that are processes: they run until SIGTERM or Ctrl-C. Logs go to standard error as JSON lines. */
export const processes: CliCommand = (program, cli) => {
  program
    .command('start')
    .description(
      'control plane, a worker for each configured type and one that verifies, kept up until stopped',
    )
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json start')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, file, log } = settingsOf('supervisor', command, cli);
      const supervisor = startAll(configuration, { configurationFile: file, log, environment: cli.env });
      log.info({ reason: await stopRequest() }, 'stopping');
      await supervisor.stop(stopWithinMs);
    });
  program
    .command('control-plane')
    .description('API, recorder and, while it leads, scheduler')
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json control-plane')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, log } = settingsOf('control-plane', command, cli);
      const asked = stopRequest();
      const running = await startControlPlane(configuration, log);
      log.info({ url: running.url }, 'serving');
      log.info({ reason: await asked }, 'stopping');
      await running.stop();
    });
  program
    .command('worker')
    .description('takes the backups of one type, verifies those of all, or runs restores of the API')
    .addArgument(new Argument('<type>', 'which').choices(workerKinds))
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json worker duckdb')
    .action(async (type: WorkerKind, _options: unknown, command: Command) => {
      const { configuration, log } = settingsOf(`${type}-worker`, command, cli);
      const asked = stopRequest();
      const running = await startWorker(type, configuration, log);
      log.info({ type }, 'waiting for work');
      log.info({ reason: await asked }, 'stopping');
      await running.stop();
    });
};

async function startWorker(kind: WorkerKind, configuration: Configuration, log: Log) {
  if (kind === 'verification') return startVerificationProcess(configuration, log);
  if (kind === 'restore') return startRestoreProcess(configuration, log);
  return startWorkerProcess(kind, configuration, log);
}

function settingsOf(name: string, command: Command, cli: Cli) {
  const { config: file } = command.optsWithGlobals<SharedOptions>();
  const configuration = loadConfiguration({ file, environment: cli.env });
  return { configuration, file, log: openLog(name, configuration.log.level) };
}
