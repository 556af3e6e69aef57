import { Argument, type Command } from 'commander';
import { workerHealth as healthOfWorker } from '../../app/worker-health.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { type WorkerKind, workerKinds } from '../../model/worker-kind.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';

export const workerHealth: CliCommand = (program, cli) => {
  program
    .command('worker-health')
    .description("whether this host's worker of a kind is alive: exit code 0 or not; for health checks")
    .addArgument(new Argument('<kind>', 'which').choices(workerKinds))
    .addHelpText('after', '\nExample:\n  backup-scheduler worker-health duckdb')
    .action(async (kind: WorkerKind, _options: unknown, command: Command) => {
      const { config: file, json } = command.optsWithGlobals<SharedOptions>();
      const alive = await healthOfWorker(kind, loadConfiguration({ file, environment: cli.env }));
      cli.out(
        json === true
          ? JSON.stringify(alive)
          : `${kind} worker ${alive.host}:${alive.pid}, since ${alive.startedAt}`,
      );
    });
};
