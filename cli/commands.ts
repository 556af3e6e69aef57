import type { CliCommand } from './cli.ts';
import { config } from './commands/config.ts';
import { doctor } from './commands/doctor.ts';
import { events } from './commands/events.ts';
import { history } from './commands/history.ts';
import { keys } from './commands/keys.ts';
import { ledger } from './commands/ledger.ts';
import { metadata } from './commands/metadata.ts';
import { processes } from './commands/processes.ts';
import { quickstart } from './commands/quickstart.ts';
import { restore } from './commands/restore.ts';
import { routes } from './commands/routes.ts';
import { schedule } from './commands/schedule.ts';
import { show } from './commands/show.ts';
import { store } from './commands/store.ts';
import { status } from './commands/status.ts';
import { trigger } from './commands/trigger.ts';
import { verify } from './commands/verify.ts';
import { workerHealth } from './commands/worker-health.ts';
import { workers } from './commands/workers.ts';

/** In the order in which --help lists them. */
export const commands: readonly CliCommand[] = [
  status,
  trigger,
  history,
  show,
  events,
  restore,
  verify,
  workers,
  workerHealth,
  schedule,
  keys,
  config,
  routes,
  metadata,
  ledger,
  store,
  doctor,
  processes,
  quickstart,
];
