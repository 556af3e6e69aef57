import { z } from 'zod';
import { instant } from '../../model/backup-order.ts';
import { workerKind, workerKinds } from '../../model/worker-kind.ts';
import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import type { Health } from '../health/readiness.ts';

const worker = z.strictObject({
  type: workerKind,
  host: z.string(),
  pid: z.int().positive(),
  startedAt: instant,
  version: z.string(),
  busyWith: z
    .strictObject({
      backupId: z.string(),
      attempt: z.int().positive(),
      since: instant,
      bytes: z.int().nonnegative(),
    })
    .nullable(),
}) satisfies z.ZodType<WorkerHeartbeat>;

export const workers = z.strictObject({ workers: z.array(worker) });

const state = z.enum(['ok', 'degraded', 'failed']);
const workerChecks = workerKinds.map((type) => `workers-${type}` as const);

export const health = z.strictObject({
  status: state,
  checks: z.array(
    z.strictObject({
      name: z.enum(['redis', 'metadata', 'ledger', 'leader', 'last-tick', 'backups', ...workerChecks]),
      state,
      detail: z.string(),
    }),
  ),
}) satisfies z.ZodType<Health>;

export const live = z.strictObject({ status: z.literal('ok'), version: z.string() });
