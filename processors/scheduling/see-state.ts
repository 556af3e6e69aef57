import type { BackupType } from '../../model/backup-kind.ts';
import type { CompiledSchedule } from '../../scheduling/compiled-schedule.ts';
import type { PlanState } from '../../scheduling/decision.ts';
import type { Exclusion, LockScope } from '../../stores/exclusion/port.ts';
import type { BackupRecord, DamagedChain, MetadataStore, TypedHistory } from '../../stores/metadata/port.ts';

/** What the plan's question needs. */
export interface StateDeps {
  readonly schedules: {
    /** The global switch. */
    readonly enabled: boolean;
    readonly compiled: readonly CompiledSchedule[];
  };
  readonly configuredTypes: ReadonlySet<BackupType>;
  readonly lockScope: LockScope;
  readonly exclusion: Pick<Exclusion, 'admissions'>;
  readonly metadata: Pick<MetadataStore, 'scheduleHistory' | 'newestCompleted' | 'history' | 'damagedChains'>;
  /** Applies all events of the stream to the metadata. */
  readonly recorder: { drain(): Promise<void> };
}

/** The plan's question, and the newest completed backups of each type and scope that it was made of. */
export interface Seen {
  readonly state: PlanState;
  readonly newest: readonly BackupRecord[];
  /** Types whose newest backup cannot be built on. */
  readonly damaged: readonly DamagedChain[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Enough for any overlap of one slot. */
const endedLooked = 100;

/**
 * The state that the plan looks at. The admissions are read before the events are drained: a backup that ends in between
 * is then both admitted and recorded, never neither, and its slot is not run twice.
 */
export async function seeState(deps: StateDeps, now: number): Promise<Seen> {
  const { schedules, configuredTypes, lockScope, exclusion, metadata, recorder } = deps;
  const admissions = await exclusion.admissions();
  await recorder.drain();
  const [histories, newest, damaged, ended] = await Promise.all([
    metadata.scheduleHistory(now),
    metadata.newestCompleted(),
    metadata.damagedChains(),
    needsEnded(deps) ? metadata.history({ limit: endedLooked }) : [],
  ]);
  const state = {
    enabled: schedules.enabled,
    lockScope,
    configuredTypes,
    admissions,
    histories: historiesOf(schedules.compiled, histories),
    ended: ended.flatMap(endedBackup),
    usableFulls: new Set(
      newest.flatMap(({ backupType, backupScope }) => (backupScope === 'full' ? [backupType] : [])),
    ),
  };
  return { state, newest, damaged, now };
}

/** A schedule that was given another type starts afresh: what it did before was another backup. */
function historiesOf(
  compiled: readonly CompiledSchedule[],
  histories: readonly TypedHistory[],
): PlanState['histories'] {
  const types = new Map(compiled.map(({ schedule, type }) => [schedule.name, type]));
  const own = histories.filter(({ schedule, type }) => types.get(schedule) === type);
  return new Map(own.map((history) => [history.schedule, history]));
}

/** Only a schedule that skips what it missed asks what else was in its way. */
function needsEnded({ schedules }: StateDeps): boolean {
  return schedules.compiled.some(({ schedule }) => schedule.misfire === 'skip');
}

function endedBackup({ backupType, startTime, endTime }: BackupRecord): PlanState['ended'] {
  if (startTime === null || endTime === null) return [];
  return [{ type: backupType, startedAt: Date.parse(startTime), endedAt: Date.parse(endTime) }];
}
