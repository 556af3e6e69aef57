import type { Schedule } from './schedule.ts';

/**
 * The depth of each schedule in the order that `after` makes: 0 without any, else one more than the deepest before it.
 * Adds a problem for each name used twice, each unknown name in `after`, and for names that wait for each other.
 */
export function checkedOrder(
  schedules: readonly Schedule[],
  problems: string[],
): ReadonlyMap<string, number> {
  const byName = new Map<string, Schedule>();
  for (const schedule of schedules) {
    if (byName.has(schedule.name)) {
      problems.push(`schedules: the name "${schedule.name}" is used twice; each schedule needs its own`);
    }
    byName.set(schedule.name, schedule);
  }
  for (const { name, after } of schedules) {
    for (const unknown of after.filter((other) => !byName.has(other))) {
      problems.push(
        `schedules.${name}.after: there is no schedule "${unknown}"; known are ${[...byName.keys()].slice(0, 20).join(', ')}`,
      );
    }
  }
  const depths = depthsOf(byName);
  const circular = [...byName.values()].filter(({ name }) => !depths.has(name));
  if (circular.length > 0) {
    problems.push(
      `schedules.${circular[0]?.name ?? ''}.after: goes round in a circle: ${circleAmong(circular, byName)}`,
    );
  }
  return depths;
}

/** Depths level by level; those in or behind a circle get none. */
function depthsOf(byName: ReadonlyMap<string, Schedule>): Map<string, number> {
  const followers = new Map<string, string[]>();
  const missing = new Map<string, number>();
  for (const { name, after } of byName.values()) {
    const before = [...new Set(after)].filter((other) => byName.has(other));
    missing.set(name, before.length);
    for (const other of before) {
      const known = followers.get(other);
      if (known === undefined) {
        followers.set(other, [name]);
      } else {
        known.push(name);
      }
    }
  }
  const depths = new Map<string, number>();
  let level = [...missing].filter(([, count]) => count === 0).map(([name]) => name);
  for (let depth = 0; level.length > 0; depth += 1) {
    const following: string[] = [];
    for (const name of level) {
      depths.set(name, depth);
      for (const follower of followers.get(name) ?? []) {
        const left = (missing.get(follower) ?? 0) - 1;
        missing.set(follower, left);
        if (left === 0) {
          following.push(follower);
        }
      }
    }
    level = following;
  }
  return depths;
}

function circleAmong(circular: readonly Schedule[], byName: ReadonlyMap<string, Schedule>): string {
  const inside = new Set(circular.map(({ name }) => name));
  const path: string[] = [];
  let at = circular[0]?.name;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = byName.get(at)?.after.find((other) => inside.has(other));
  }
  const circle = path.slice(path.indexOf(at ?? ''));
  return [...circle, at ?? ''].join(' → ');
}
