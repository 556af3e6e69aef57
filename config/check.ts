import type { BackupKind, BackupType } from '../model/backup-kind.ts';
import { compileSchedules } from '../scheduling/compile-schedules.ts';
import type { CompiledSchedule } from '../scheduling/compiled-schedule.ts';
import { isoDuration } from '../scheduling/iso-duration.ts';
import type { Configuration } from './configuration.ts';
import { readSchedules } from './read-schedules.ts';

/** What has been measured and found at the time of the check. */
export interface CheckFacts {
  /** Types that have a source. */
  readonly configuredTypes: ReadonlySet<BackupType>;
  /** Median duration of completed backups in ms, for the kinds that have any. */
  readonly typicalMs: ReadonlyMap<BackupKind, number>;
}

type Checked = Pick<Configuration, 'schedule' | 'schedules' | 'exclusion' | 'api'>;

/** What is allowed and yet likely to disappoint, as sentences. Throws `configuration-invalid` for wrong schedules. */
export function configurationWarnings(configuration: Checked, facts: CheckFacts): readonly string[] {
  const { schedule, schedules, exclusion, api } = configuration;
  const compiled = compileSchedules(readSchedules(schedules, schedule.tick));
  const active = compiled.filter((one) => one.schedule.enabled && facts.configuredTypes.has(one.type));
  const local = ['127.0.0.1', '::1', 'localhost'].includes(api.host);
  return [
    ...(facts.configuredTypes.size === 0
      ? ['No source is configured, so nothing will be backed up; set a file, folder or address in sources.']
      : []),
    ...(schedule.enabled ? [] : ['schedule.enabled is false: backups run on demand alone.']),
    ...(local || api.secureCookies
      ? []
      : [`The API listens on ${api.host}; put TLS in front of it and set api.secureCookies to true.`]),
    ...(exclusion.scope === 'global' ? delays(active, facts) : []),
    ...active.flatMap((one) => unattainable(one, schedule.tick, facts)),
  ];
}

/** Under `global` whoever takes long delays everyone of another type whose slots come more often. */
function delays(active: readonly CompiledSchedule[], { typicalMs }: CheckFacts): readonly string[] {
  return active.flatMap(({ schedule: { name, kind }, type }) => {
    const takes = typicalMs.get(kind) ?? 0;
    const delayed = active.filter((other) => other.type !== type && shortestInterval(other) < takes);
    const names = delayed.map(({ schedule }) => schedule.name).join(', ');
    return delayed.length === 0
      ? []
      : [
          `${name} typically takes ${isoDuration(takes)}, longer than the interval of ${names}: with exclusion.scope "global" it delays them. Set it to "type" so that different types run beside each other.`,
        ];
  });
}

function unattainable(
  compiled: CompiledSchedule,
  tick: number,
  { typicalMs }: CheckFacts,
): readonly string[] {
  const { name, kind, rpoMs } = compiled.schedule;
  const interval = shortestInterval(compiled);
  const takes = typicalMs.get(kind) ?? 0;
  const every = isoDuration(interval);
  return [
    ...(interval < tick
      ? [`${name} has a slot every ${every}, more often than schedule.tick: some are passed over.`]
      : []),
    ...(takes > interval
      ? [
          `${name} typically takes ${isoDuration(takes)}, longer than its interval of ${every}: it cannot keep up.`,
        ]
      : []),
    ...(rpoMs !== null && interval + takes > rpoMs
      ? [
          `${name} cannot hold its rpo of ${isoDuration(rpoMs)}: a slot comes every ${every} and its backup takes ${isoDuration(takes)}.`,
        ]
      : []),
  ];
}

/** The interval, or the shortest time between the next slots of a cron expression after a fixed day. */
function shortestInterval({ schedule: { timing }, timeline }: CompiledSchedule): number {
  if ('every' in timing) return timing.every;
  let shortest = Infinity;
  let moment = Date.UTC(2026, 0, 5);
  for (let count = 0; count < 50; count += 1) {
    const { previous, next } = timeline.at(moment);
    shortest = Math.min(shortest, next - previous);
    moment = next;
  }
  return shortest;
}
