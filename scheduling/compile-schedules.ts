import { CodedError, errorText } from '../errors/coded-error.ts';
import { backupKinds } from '../model/backup-kind.ts';
import { parseCron } from './cron-expression.ts';
import { cronSlots } from './cron-slots.ts';
import type { CompiledSchedule } from './compiled-schedule.ts';
import { emptyMemory } from './memory.ts';
import { checkedOrder } from './running-order.ts';
import type { Schedule, Timing } from './schedule.ts';
import { intervalSlots, type Slots } from './slots.ts';
import { createTimeline } from './timeline.ts';
import { zoneOffsets } from './zone-offsets.ts';

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
  return 'cron' in timing ? slotsOfCron(name, timing, problems) : slotsOfInterval(name, timing, problems);
}

function slotsOfInterval(
  name: string,
  timing: Extract<Timing, { every: number }>,
  problems: string[],
): Slots | undefined {
  if (!Number.isSafeInteger(timing.every) || timing.every <= 0 || !Number.isSafeInteger(timing.anchor)) {
    problems.push(
      `schedules.${name}.every: ${timing.every} ms from ${timing.anchor} must be a whole positive number from a whole one`,
    );
    return undefined;
  }
  return intervalSlots(timing.every, timing.anchor);
}

function slotsOfCron(
  name: string,
  timing: Extract<Timing, { cron: string }>,
  problems: string[],
): Slots | undefined {
  const zone = zoneOffsets(timing.timeZone);
  if (zone === undefined) {
    problems.push(
      `schedules.${name}.timeZone: "${timing.timeZone}" is not a time zone; give an IANA name such as "Europe/Berlin" or "UTC"`,
    );
  }
  try {
    const expression = parseCron(timing.cron);
    const slots = zone === undefined ? undefined : cronSlots(expression, zone);
    slots?.around(0);
    return slots;
  } catch (error) {
    problems.push(
      `schedules.${name}.cron: "${timing.cron}" is not a cron expression: ${errorText(error)}; e.g. "30 2 * * *"`,
    );
    return undefined;
  }
}
