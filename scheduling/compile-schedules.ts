import { CodedError } from '../errors/coded-error.ts';
import { backupKinds } from '../model/backup-kind.ts';
import type { CompiledSchedule } from './compiled-schedule.ts';
import { emptyMemory } from './memory.ts';
import { checkedOrder } from './running-order.ts';
import type { Schedule } from './schedule.ts';
import type { Slots } from './slots.ts';
import { slotsOfTiming } from './slots-of-timing.ts';
import { createTimeline } from './timeline.ts';

/**
 * Checks schedules and prepares their slots. Throws `configuration-invalid` that names each wrong key: duplicate names,
 * unknown or circular `after`, a wrong cron expression or time zone, an interval or a jitter that makes no sense.
 */
export function compileSchedules(schedules: readonly Schedule[]): readonly CompiledSchedule[] {
  const problems: string[] = [];
  const slots = schedules.map((schedule) => slotsOf(schedule, problems));
  const depths = checkedOrder(schedules, problems);
  if (problems.length > 0) {
    throw new CodedError('configuration-invalid', `The schedules are wrong:\n${problems.join('\n')}`, {
      facts: { problems },
    });
  }
  const compiled = schedules.flatMap((schedule, index) => {
    const itsSlots = slots[index];
    return itsSlots === undefined
      ? []
      : [
          {
            schedule,
            ...backupKinds[schedule.kind],
            timeline: createTimeline(schedule.name, itsSlots, schedule.jitterMs),
            after: [] as CompiledSchedule[],
            depth: depths.get(schedule.name) ?? 0,
            memory: emptyMemory(),
          },
        ];
  });
  const byName = new Map(compiled.map((entry) => [entry.schedule.name, entry]));
  for (const entry of compiled) {
    entry.after.push(...entry.schedule.after.flatMap((name) => byName.get(name) ?? []));
  }
  return compiled;
}

function slotsOf(schedule: Schedule, problems: string[]): Slots | undefined {
  const { name, timing, jitterMs } = schedule;
  if (!(jitterMs >= 0) || ('every' in timing && jitterMs >= timing.every)) {
    problems.push(`schedules.${name}.jitter: ${jitterMs} ms must be 0 or more and shorter than the interval`);
  }
  return slotsOfTiming(`schedules.${name}`, timing, problems);
}
