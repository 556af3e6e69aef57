import type { CliCommand } from './cli.ts';

type Load = () => Promise<CliCommand>;

/**
 * By the first word of each command, in the order in which --help lists them. Some load a lot: each is loaded when it is
 * asked for, and the largest load what they run on when they run.
 */
const commands: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['status', async () => (await import('./commands/status.ts')).status],
  ['trigger', async () => (await import('./commands/trigger.ts')).trigger],
  ['history', async () => (await import('./commands/history.ts')).history],
  ['show', async () => (await import('./commands/show.ts')).show],
  ['events', async () => (await import('./commands/events.ts')).events],
  ['restore', async () => (await import('./commands/restore.ts')).restore],
  ['verify', async () => (await import('./commands/verify.ts')).verify],
  ['workers', async () => (await import('./commands/workers.ts')).workers],
  ['worker-health', async () => (await import('./commands/worker-health.ts')).workerHealth],
  ['schedule', async () => (await import('./commands/schedule.ts')).schedule],
  ['keys', async () => (await import('./commands/keys.ts')).keys],
  ['recovery-key', async () => (await import('./commands/recovery-key.ts')).recoveryKey],
  ['config', async () => (await import('./commands/config.ts')).config],
  ['routes', async () => (await import('./commands/routes.ts')).routes],
  ['metadata', async () => (await import('./commands/metadata.ts')).metadata],
  ['ledger', async () => (await import('./commands/ledger.ts')).ledger],
  ['store', async () => (await import('./commands/store.ts')).store],
  ['doctor', async () => (await import('./commands/doctor.ts')).doctor],
  ['start', async () => (await import('./commands/start.ts')).start],
  ['control-plane', async () => (await import('./commands/control-plane.ts')).controlPlane],
  ['worker', async () => (await import('./commands/worker.ts')).worker],
  ['quickstart', async () => (await import('./commands/quickstart.ts')).quickstart],
]);

/** The commands that `args` name; all of them where it names none, so that help and errors know them all. */
export async function commandsFor(args: readonly string[]): Promise<readonly CliCommand[]> {
  const named = [...commands].filter(([name]) => args.includes(name));
  const loaded: CliCommand[] = [];
  for (const [, load] of named.length > 0 ? named : commands) loaded.push(await load());
  return loaded;
}
