import { availableParallelism, loadavg } from 'node:os';
import { CronExpressionParser } from 'cron-parser';
import { backupKinds, type BackupKind, type BackupType } from '../model/backup-kind.ts';
import { compileSchedules } from '../scheduling/compile-schedules.ts';
import type { CompiledSchedule } from '../scheduling/compiled-schedule.ts';
import type { PlanState } from '../scheduling/decision.ts';
import { defaultSchedules, scheduleDefaults } from '../scheduling/default-schedules.ts';
import { plan } from '../scheduling/plan.ts';
import type { Schedule } from '../scheduling/schedule.ts';
import type { ScheduleHistory } from '../stores/metadata/port.ts';
import { quantile, summary } from './ratios.ts';

/**
 * What planning costs: the five default schedules and 10,000 (half intervals, half cron in three zones), the first plan
 * after a start apart from those after it. Beside it, in turn within one run, the specification's own check (time since
 * the last backup against an interval, nothing else) over the same schedules, and cron-parser asked for the last slot of
 * each cron expression. `node dist/bench/plan.js [rounds]`
 */
const rounds = Number(process.argv[2] ?? 600);
const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-01-05T11:57:00.000Z');
const zones = ['UTC', 'Europe/Berlin', 'America/New_York'];
const kinds = Object.keys(backupKinds) as BackupKind[];

const many: readonly Schedule[] = Array.from({ length: 10_000 }, (_, index) => ({
  ...scheduleDefaults,
  name: `schedule-${index}`,
  kind: kinds[index % kinds.length] ?? 'duckdb-full',
  after: index % 10 === 0 && index > 0 ? [`schedule-${index - 1}`] : [],
  timing:
    index % 2 === 0
      ? { every: (1 + (index % 24)) * hour, anchor: (index % 97) * minute }
      : { cron: `${index % 60} ${index % 24} * * *`, timeZone: zones[index % zones.length] ?? 'UTC' },
}));

/** Every schedule is done up to its newest slot, but for one in `dueEvery`. */
function stateAt(compiled: readonly CompiledSchedule[], now: number, dueEvery: number): PlanState {
  const types: readonly BackupType[] = ['tigerbeetle', 'duckdb', 'parquet', 'kms'];
  const histories = compiled.map(({ schedule: { name }, timeline }, index): [string, ScheduleHistory] => {
    const { slot } = timeline.at(now);
    const lastSlot = index % dueEvery === 0 ? timeline.at(slot - 1).slot : slot;
    return [name, { schedule: name, lastSlot, lastCompletedAt: lastSlot + minute, failed: null }];
  });
  return {
    enabled: true,
    lockScope: 'global',
    histories: new Map(histories),
    admissions: [],
    ended: [],
    configuredTypes: new Set(types),
    usableFulls: new Set(types),
  };
}

/** The specification's shouldRunBackup over all schedules, with dates as it has them. */
function elapsedCheck(intervals: readonly number[], last: readonly (Date | null)[], now: Date): boolean[] {
  return intervals.map((interval, index) => {
    const before = last[index] ?? null;
    return before === null || now.getTime() - before.getTime() >= interval;
  });
}

function timed(work: () => void): number {
  const begun = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

function measure(name: string, schedules: readonly Schedule[], target: number): void {
  console.log(`\n${name}`);
  let compiled: readonly CompiledSchedule[] = [];
  const compiling = timed(() => (compiled = compileSchedules(schedules)));
  const state = stateAt(compiled, start, 20);
  const fresh = compileSchedules(schedules);
  const cold = timed(() => plan(fresh, state, start));
  console.log(`  cold: compile ${compiling.toFixed(2)} ms, first plan ${cold.toFixed(2)} ms`);

  const intervals = compiled.map(({ schedule: { timing } }) =>
    'every' in timing ? timing.every : 24 * hour,
  );
  const last = compiled.map(({ schedule }) => new Date(state.histories.get(schedule.name)?.lastSlot ?? 0));
  const between: number[] = [];
  const naive: number[] = [];
  for (let round = -rounds / 4; round < rounds; round += 1) {
    const now = start + (Math.abs(round) % 170) * 1000;
    const planned = timed(() => plan(compiled, state, now));
    const checked = timed(() => elapsedCheck(intervals, last, new Date(now)));
    if (round >= 0) {
      between.push(planned);
      naive.push(checked);
    }
  }
  const ticks: number[] = [];
  for (let tick = 0; tick < Math.min(rounds, 288); tick += 1) {
    const now = start + tick * 5 * minute;
    // What was due at the tick before is done by now.
    const done = stateAt(compiled, now - 5 * minute, Infinity);
    ticks.push(timed(() => plan(compiled, done, now)));
  }
  const met = quantile(between, 0.99) < target && quantile(ticks, 0.99) < target;
  console.log(`  warm, a check at the end of a backup (one in 20 due): ${summary(between)}`);
  console.log(`  warm, each tick of a day (new slots at each):         ${summary(ticks)}`);
  console.log(
    `  the quietest of each: ${Math.min(...between).toFixed(3)} ms, ${Math.min(...ticks).toFixed(3)} ms`,
  );
  console.log(`  target p99 < ${target} ms: ${met ? 'met' : 'MISSED'}`);
  console.log(`  the specification's elapsed check alone:              ${summary(naive)}`);
  console.log(
    `  plan : elapsed check at the median ×${(quantile(between, 0.5) / quantile(naive, 0.5)).toFixed(1)}`,
  );
}

console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}, ${rounds} rounds`);
measure('5 schedules (the default ones)', defaultSchedules.slice(0, 5), 1);
measure('10,000 schedules (half cron)', many, 10);

const crons = many.slice(0, 400).flatMap(({ timing }) => ('cron' in timing ? [timing] : []));
const own = compileSchedules(many.slice(0, 400)).filter(({ schedule }) => 'cron' in schedule.timing);
const parser = timed(() => {
  for (const { cron, timeZone } of crons) {
    CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(start) }).prev();
  }
});
const ours = timed(() => {
  for (const { timeline } of own) timeline.at(start);
});
console.log(
  `\nlast slot of ${crons.length} cron expressions, never asked before: ours ${ours.toFixed(2)} ms, cron-parser ${parser.toFixed(2)} ms (×${(ours / parser).toFixed(3)})`,
);
