const mostAttempts = 5;
const withinMs = 24 * 60 * 60 * 1000;

/**
 * Whether a backup whose attempt was given back by a stopping worker runs again though no schedule would run it: one on
 * demand, up to five attempts in all, for a day after it was asked for. `now` in milliseconds since the epoch.
 */
export function runsAgainOnDemand(
  backup: { readonly schedule: string | null; readonly attempt: number; readonly requestedAt: string },
  now: number,
): boolean {
  const { schedule, attempt, requestedAt } = backup;
  return schedule === null && attempt < mostAttempts && now - Date.parse(requestedAt) < withinMs;
}
