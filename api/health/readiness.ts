import type { WorkerKind } from '../../model/worker-kind.ts';
import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import type { HealthFacts } from '../deps.ts';

/** `failed` takes this process out of service; `degraded` is for somebody to look at. */
export interface HealthCheck {
  readonly name:
    'redis' | 'metadata' | 'ledger' | 'leader' | 'last-tick' | 'backups' | `workers-${WorkerKind}`;
  readonly state: 'ok' | 'degraded' | 'failed';
  readonly detail: string;
}

export interface Health {
  readonly status: HealthCheck['state'];
  readonly checks: readonly HealthCheck[];
}

/** Behind the stream by more than this, history and schedules are too old to answer with. */
export const metadataLagLimitMs = 5 * 60_000;

/** Events wait for the ledger and are not lost, so this is for somebody to look at, no more. */
export const ledgerLagLimitMs = 2 * 60_000;

/** Judges the facts. Only what keeps this process from answering makes it not ready; the rest is said. */
export function healthOf(
  facts: HealthFacts,
  { workers, now }: { readonly workers: readonly WorkerHeartbeat[]; readonly now: number },
): Health {
  const { redis, metadata, leader } = facts;
  const behind = metadata.lagMs ?? 0;
  const checks: HealthCheck[] = [
    {
      name: 'redis',
      state: redis.ok ? 'ok' : 'failed',
      detail: redis.detail ?? (redis.ok ? 'answers' : 'does not answer'),
    },
    {
      name: 'metadata',
      state: metadata.ok && behind <= metadataLagLimitMs ? 'ok' : 'failed',
      detail: metadata.detail ?? `${Math.round(behind / 1000)} s behind the events`,
    },
    ledgerOf(facts, now),
    leader.holder === null
      ? { name: 'leader', state: 'degraded', detail: 'no control plane leads: nothing is scheduled' }
      : { name: 'leader', state: 'ok', detail: leader.self ? `this one (${leader.holder})` : leader.holder },
    tick(facts, now),
    backupsOf(facts),
    ...facts.workers.map((kind) => workersOf(kind, workers)),
  ];
  const worst = (['failed', 'degraded'] as const).find((state) =>
    checks.some((check) => check.state === state),
  );
  return { status: worst ?? 'ok', checks };
}

function ledgerOf({ ledger }: HealthFacts, now: number): HealthCheck {
  if (ledger === null) return { name: 'ledger', state: 'ok', detail: 'written by the leader' };
  const { upToDateAt, error } = ledger;
  const behind = upToDateAt === null ? Infinity : Math.max(0, now - upToDateAt);
  const since =
    upToDateAt === null ? 'nothing recorded yet' : `${Math.round(behind / 1000)} s behind the events`;
  return {
    name: 'ledger',
    state: error === null && behind <= ledgerLagLimitMs ? 'ok' : 'degraded',
    detail: error === null ? since : `${since}; ${error}`,
  };
}

function tick({ lastTick, tickEveryMs }: HealthFacts, now: number): HealthCheck {
  if (lastTick === null) return { name: 'last-tick', state: 'degraded', detail: 'none yet' };
  const since = now - Date.parse(lastTick);
  const wrong =
    since > 2 * tickEveryMs
      ? ': two are missing'
      : since < -tickEveryMs
        ? ': in the future, the clock was set back and none has come since'
        : '';
  return { name: 'last-tick', state: wrong === '' ? 'ok' : 'degraded', detail: lastTick + wrong };
}

/** The next backup of the type begins anew, so this is for somebody to look at. */
function backupsOf({ damaged }: HealthFacts): HealthCheck {
  if (damaged === null) return { name: 'backups', state: 'degraded', detail: 'not known' };
  const found = damaged.map(
    ({ type, newest, damaged: id }) =>
      `${type}: ${newest === id ? `${id} is damaged` : `${newest} builds on ${id}, which is damaged`}`,
  );
  return found.length === 0
    ? { name: 'backups', state: 'ok', detail: 'none that is the newest of its type is known as damaged' }
    : { name: 'backups', state: 'degraded', detail: found.join('; ') };
}

function workersOf(type: WorkerKind, workers: readonly WorkerHeartbeat[]): HealthCheck {
  const alive = workers.filter((worker) => worker.type === type).length;
  return {
    name: `workers-${type}`,
    state: alive === 0 ? 'degraded' : 'ok',
    detail: alive === 0 ? `no ${type} worker is alive: its work waits` : `${alive} alive`,
  };
}
