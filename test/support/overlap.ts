import type { LockScope } from '../../stores/exclusion/port.ts';
import type { Api } from './scheduler-api.ts';

interface Attempt {
  readonly name: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Pairs of attempts, of one type where the scope is that, that ran at the same time. Those whose lock Redis lost are
 * left out: their end is when that was noticed, not when they stopped.
 */
export async function overlapping(api: Api, scope: LockScope = 'global'): Promise<readonly string[]> {
  const attempts: Attempt[] = [];
  for (const { id, backupType } of await api.history()) {
    attempts.push(...(await attemptsOf(api, { id, type: scope === 'type' ? backupType : '' })));
  }
  attempts.sort((a, b) => a.type.localeCompare(b.type) || a.from.localeCompare(b.from));
  return attempts.flatMap((attempt, at) => {
    const next = attempts[at + 1];
    return next?.type === attempt.type && next.from < attempt.to ? [`${attempt.name} ${next.name}`] : [];
  });
}

async function attemptsOf(
  api: Api,
  { id, type }: { readonly id: string; readonly type: string },
): Promise<readonly Attempt[]> {
  const events = await api.events(id);
  return events.flatMap(({ kind, at, startTime, error, order }) => {
    if ((kind !== 'completed' && kind !== 'failed') || startTime === undefined) return [];
    return error?.code === 'lock-lost'
      ? []
      : [{ name: `${id}.${order.attempt}`, type, from: startTime, to: at }];
  });
}
