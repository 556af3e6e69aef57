import type { CompiledSchedule, Due } from './compiled-schedule.ts';

/** A due schedule in its place, with those of its `after` that are due too and go first. */
export interface Ranked {
  readonly due: Due;
  readonly waitsFor: readonly Due[];
}

const nobody: readonly Due[] = Object.freeze([]);

interface Entry {
  readonly due: Due;
  readonly waitsFor: readonly Due[];
  readonly depth: number;
  urgency: number;
}

/**
 * The order in which what is due should run. `after` comes first; beyond that the one with the least slack relative to
 * its interval, so that nothing starves however long the others take. One that was never completed has no slack at all.
 * Whoever is waited for is as urgent as those who wait.
 */
export function rankDue(due: readonly Due[], now: number): readonly Ranked[] {
  const byCompiled = new Map<CompiledSchedule, Due>();
  if (due.some(({ compiled }) => compiled.after.length > 0)) {
    for (const one of due) {
      byCompiled.set(one.compiled, one);
    }
  }
  const entries = due.map((one): Entry => ({
    due: one,
    waitsFor: waitedForBy(one, byCompiled),
    depth: one.compiled.depth,
    urgency: urgencyOf(one, now),
  }));
  passOnUrgency(entries);
  return entries.sort(
    (a, b) =>
      (a.urgency === b.urgency ? 0 : b.urgency - a.urgency) || a.depth - b.depth || a.due.dueAt - b.due.dueAt,
  );
}

/**
 * Of its `after`, those that are due now, are not retrying, and have not ended since it became due itself: each goes
 * first once, so that one which is due again whenever it ends keeps nobody waiting for ever.
 */
function waitedForBy(one: Due, byCompiled: ReadonlyMap<CompiledSchedule, Due>): readonly Due[] {
  if (one.compiled.after.length === 0) {
    return nobody;
  }
  return one.compiled.after.flatMap((other) => {
    const found = byCompiled.get(other);
    return found === undefined || found.retrying || found.behindItself !== null || hasHadItsTurn(found, one)
      ? []
      : [found];
  });
}

function hasHadItsTurn(other: Due, one: Due): boolean {
  return other.endedAt >= dueSince(one);
}

/**
 * When its first slot that was not served was due. One that never ran has waited longer than any that has ended: it lets
 * those alone go first that never did. Its newest slot would not do: it moves on, and others that are due again whenever
 * they end would always have ended before it.
 */
export function dueSince({ since }: Due): number {
  return Math.max(since, -Number.MAX_VALUE);
}

function urgencyOf({ since, standing }: Due, now: number): number {
  return (now - since) / (standing.next - standing.previous);
}

function passOnUrgency(entries: readonly Entry[]): void {
  const waiting = entries.filter(({ waitsFor }) => waitsFor.length > 0);
  if (waiting.length === 0) {
    return;
  }
  const byDue = new Map(entries.map((entry) => [entry.due, entry]));
  for (const entry of waiting.sort((a, b) => b.depth - a.depth)) {
    for (const other of entry.waitsFor) {
      const first = byDue.get(other);
      if (first !== undefined) {
        first.urgency = Math.max(first.urgency, entry.urgency);
      }
    }
  }
}
