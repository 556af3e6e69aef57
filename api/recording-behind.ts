import type { ApiDeps } from './deps.ts';

/** Of what happened longer ago, ms, a control plane that records well knows. */
const soonMs = 10_000;

/** Whether something may have ended that is not recorded here yet: what is not on record is then not lost. */
export async function recordingBehind({ health }: Pick<ApiDeps, 'health'>): Promise<boolean> {
  const { lagMs } = (await health.facts()).metadata;
  return lagMs === null || lagMs > soonMs;
}
