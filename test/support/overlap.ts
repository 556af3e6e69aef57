import type { Api } from './scheduler-api.ts';

interface Attempt {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Pairs of attempts that ran at the same time. Those whose lock Redis lost are left out: their end is when that was
 * noticed, not when they stopped.
 */
export async function overlapping(api: Api): Promise<readonly string[]> {
  const attempts: Attempt[] = [];
  for (const { id } of await api.history()) attempts.push(...(await attemptsOf(api, id)));
  attempts.sort((a, b) => a.from.localeCompare(b.from));
  return attempts.flatMap((attempt, at) => {
    const next = attempts[at + 1];
    return next !== undefined && next.from < attempt.to ? [`${attempt.name} ${next.name}`] : [];
  });
}

async function attemptsOf(api: Api, id: string): Promise<readonly Attempt[]> {
  const events = await api.events(id);
  return events.flatMap(({ kind, at, startTime, error, order }) => {
    if ((kind !== 'completed' && kind !== 'failed') || startTime === undefined) return [];
    return error?.code === 'lock-lost' ? [] : [{ name: `${id}.${order.attempt}`, from: startTime, to: at }];
  });
}
