import { cutText } from '../engine/cut-text.ts';
import type { BackupType } from '../model/backup-kind.ts';
import type { Admission } from '../stores/exclusion/port.ts';

/** Sentences for people, used by the plan. */

const instants = new Map<number, string>();

/** ISO-8601 in UTC; remembered, since schedules share their slots. */
export function instant(ms: number): string {
  const known = instants.get(ms);
  if (known !== undefined) {
    return known;
  }
  if (instants.size >= 10_000) {
    instants.clear();
  }
  const made = new Date(ms).toISOString();
  instants.set(ms, made);
  return made;
}

/** What to set so that a type has a source. */
const sourceKeys: Readonly<Record<BackupType, string>> = {
  tigerbeetle: 'sources.tigerbeetle.addresses',
  duckdb: 'sources.duckdb.file',
  parquet: 'sources.parquet.folder',
  kms: 'sources.kms.kind',
};

export function notConfigured(type: BackupType): string {
  return `There is no ${type} source to back up; set ${sourceKeys[type]}.`;
}

export const schedulingDisabled =
  'Scheduling is switched off as a whole; set schedule.enabled to true. Backups on demand still run.';

export function scheduleDisabled(name: string): string {
  return `This schedule is switched off; set "enabled": true in the entry "${name}" of schedules.`;
}

export function inProgress({ order, state }: Admission): string {
  const what = state === 'running' ? 'runs' : 'is in the queue';
  return `Its backup ${order.backupId} (attempt ${order.attempt}) ${what}; a backup is never started twice.`;
}

export function notDue(lastSlot: number | null, nextDueAt: number): string {
  const done = lastSlot === null ? '' : `The slot ${instant(lastSlot)} is done; `;
  return `${done}${done === '' ? 'The' : 'the'} next is due at ${instant(nextDueAt)}.`;
}

export function misfireSkipped(slot: number, nextDueAt: number): string {
  return `The slot ${instant(slot)} was missed and misfire is "skip"; the next is due at ${instant(nextDueAt)}.`;
}

interface Failed {
  readonly slot: number;
  readonly failures: number;
  readonly error: string;
}

export function retryLater(failed: Failed, maxAttempts: number, at: number): string {
  return `The slot ${instant(failed.slot)} failed ${times(failed.failures)} of ${maxAttempts} (${short(failed.error)}); it is tried again at ${instant(at)}.`;
}

export function givenUp(failed: Failed, nextDueAt: number): string {
  return `The slot ${instant(failed.slot)} failed ${times(failed.failures)} and is given up (${short(failed.error)}); the next, due at ${instant(nextDueAt)}, starts afresh.`;
}

export function neverRun(slot: number): string {
  return `It has never been completed, so the slot ${instant(slot)} is due at once.`;
}

export function due(slot: number): string {
  return `The slot ${instant(slot)} is due.`;
}

export function catchUp(slot: number, since: number): string {
  return `Slots have been missed since ${instant(since)}; the newest, ${instant(slot)}, is caught up once.`;
}

export function superseding(slot: number, failed: Failed): string {
  return `The slot ${instant(slot)} is due; it takes the place of ${instant(failed.slot)}, which failed (${short(failed.error)}).`;
}

export function retry(failed: Failed, maxAttempts: number): string {
  return `The slot ${instant(failed.slot)} failed ${times(failed.failures)} of ${maxAttempts} (${short(failed.error)}) and is tried again.`;
}

export function interrupted(slot: number): string {
  return `The slot ${instant(slot)} was interrupted and runs again at once; that does not count as a failure.`;
}

export const becomesFull = ' There is no full backup to build on, so it becomes a full one.';

export function blockedBy({ order, state }: Admission): string {
  const what = state === 'running' ? 'runs' : state === 'dispatched' ? 'is in the queue' : 'waits';
  return ` It is late: blocked by ${order.backupId} (${order.schedule ?? `${order.kind} on demand`}), which ${what}.`;
}

export function onDemandFirst({ order }: Admission): string {
  return ` The backup ${order.backupId} (${order.kind}), asked for on demand, goes first.`;
}

export function notItsTurn(name: string): string {
  return ` ${name} runs first.`;
}

export function afterDue(name: string): string {
  return ` It comes after ${name}, which is due too.`;
}

export function afterInProgress(name: string, backupId: string): string {
  return ` It comes after ${name}, whose backup ${backupId} is on its way.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Errors may be long; their first line says enough here. */
function short(error: string): string {
  return cutText(error.split('\n', 1)[0] ?? '', 160);
}
