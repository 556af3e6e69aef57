import { Command } from 'commander';
import type { Configuration } from '../../config/configuration.ts';
import { configuredTypes } from '../../app/wiring/configured-types.ts';
import { readSchedules } from '../../config/read-schedules.ts';
import { systemClock } from '../../engine/clock.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import type { CompiledSchedule } from '../../scheduling/compiled-schedule.ts';
import type { PlanState } from '../../scheduling/decision.ts';
import { preview, type PreviewedRun } from '../../scheduling/preview.ts';
import { measuredDurations } from '../measured-durations.ts';
import type { Cli, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';
import { momentOf } from '../../model/moment.ts';
import { table } from '../table.ts';

interface Options extends SharedOptions {
  readonly until: string;
  readonly fromNothing?: true;
}

const longestMs = 366 * 86_400_000;

/** What would run by the configuration alone: needs neither Redis nor a running scheduler, and starts nothing. */
export function schedulePreview(cli: Cli): Command {
  return new Command('preview')
    .description('what would run from now on and why, by the configuration; runs nothing')
    .requiredOption('--until <time>', 'ISO-8601, e.g. 2026-12-31T00:00:00Z; a year ahead at most')
    .option('--from-nothing', 'as at the first start, instead of with every schedule up to date now')
    .addHelpText(
      'after',
      '\nExample:\n  backup-scheduler schedule preview --until 2026-12-31T00:00:00Z --json',
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const from = systemClock.now();
      const until = untilOf(options.until, from);
      const configuration = await configurationFor(options, cli);
      const schedules = compileSchedules(readSchedules(configuration.schedules, configuration.schedule.tick));
      const state = stateOf(configuration, options.fromNothing ? [] : schedules, from);
      const runs = preview(schedules, state, {
        from,
        until,
        tickMs: configuration.schedule.tick,
        typicalMs: await measuredDurations(options, cli),
      });
      cli.out(options.json ? JSON.stringify(runs.map(shown)) : runTable(runs));
    });
}

function untilOf(text: string, from: number): number {
  const until = momentOf(text) ?? momentOf(`${text}T00:00:00Z`);
  if (until !== undefined && until > from && until - from <= longestMs) return until;
  throw new CodedError(
    'invalid-request',
    `--until "${text}" must be a time from now to a year ahead, e.g. ${new Date(from + 86_400_000).toISOString()}`,
  );
}

function stateOf(configuration: Configuration, done: readonly CompiledSchedule[], now: number): PlanState {
  return {
    enabled: configuration.schedule.enabled,
    lockScope: configuration.exclusion.scope,
    histories: new Map(
      done.map(({ schedule: { name }, timeline }) => {
        const { slot } = timeline.at(now);
        return [name, { schedule: name, lastSlot: slot, lastCompletedAt: now, failed: null }];
      }),
    ),
    admissions: [],
    ended: [],
    configuredTypes: configuredTypes(configuration),
    usableFulls: new Set(done.map(({ type }) => type)),
  };
}

function shown({ slot, startsAt, endsAt, ...run }: PreviewedRun) {
  const at = (ms: number) => new Date(ms).toISOString();
  return { ...run, slot: at(slot), startsAt: at(startsAt), endsAt: at(endsAt) };
}

function runTable(runs: readonly PreviewedRun[]): string {
  if (runs.length === 0)
    return 'nothing would run: see `backup-scheduler config show` for sources and schedules';
  const rows = runs.map(shown).map((run) => [run.startsAt, run.schedule, run.slot, run.reason]);
  return table(['starts', 'schedule', 'slot', 'why'], rows);
}
