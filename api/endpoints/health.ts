import { errorText } from '../../errors/coded-error.ts';
import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import type { ApiDeps } from '../deps.ts';
import { type ApiReply, endpoint } from '../endpoint.ts';
import { type Health, healthOf } from '../health/readiness.ts';
import { within } from '../health/within.ts';

/** A probe gets its answer in this time, whatever Redis does. */
const deadlineMs = 2500;

export const live = endpoint({
  id: 'live',
  method: 'GET',
  path: '/api/health/live',
  role: 'anyone',
  summary: 'Whether this process answers at all',
  replies: { 200: { description: 'It does', schema: 'Live' } },
  handle: (_request, { version }) => Promise.resolve({ status: 200, body: { status: 'ok', version } }),
});

export const ready = endpoint({
  id: 'ready',
  method: 'GET',
  path: '/api/health/ready',
  role: 'anyone',
  summary: 'Whether this process can serve: Redis, metadata; and who leads, the last tick, the workers',
  replies: {
    200: { description: 'Ready; `degraded` when somebody should look', schema: 'Health' },
    503: { description: 'Not ready', schema: 'Health' },
  },
  handle: (_request, deps) => readiness(deps),
});

export const health = endpoint({
  ...ready,
  id: 'health',
  path: '/api/health',
  summary: 'The same as /api/health/ready',
});

async function readiness(deps: ApiDeps): Promise<ApiReply> {
  const health = await within(deadlineMs, judged(deps)).catch((error: unknown): Health => {
    deps.log.warn({ error: errorText(error) }, 'health could not be found out');
    return {
      status: 'failed',
      checks: [{ name: 'redis', state: 'failed', detail: 'does not answer in time' }],
    };
  });
  return { status: health.status === 'failed' ? 503 : 200, body: health };
}

async function judged({ health, heartbeats, clock }: ApiDeps): Promise<Health> {
  const facts = await health.facts();
  const workers: readonly WorkerHeartbeat[] = facts.redis.ok ? await heartbeats.readHeartbeats() : [];
  return healthOf(facts, { workers, now: clock.now() });
}
