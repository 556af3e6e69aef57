import { workerHealth } from '../app/worker-health.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { workerKinds } from '../model/worker-kind.ts';

/**
 * The health check of a worker's container, which runs all the time: the command `worker-health` without all that the
 * command line loads. Argument: the kind. Exit code 0 when the worker of this host is alive.
 */
const kind = workerKinds.find((each) => each === process.argv[2]);
try {
  if (kind === undefined) throw new CodedError('invalid-request', `which worker? ${workerKinds.join(', ')}`);
  await workerHealth(kind, loadConfiguration({ environment: process.env }));
} catch (error) {
  process.stderr.write(`error: ${errorText(error)}\n`);
  process.exitCode = 1;
}
