import { z } from 'zod';
import { backupOrder } from '../../model/backup-order.ts';
import type { Admission } from './port.ts';

const integer = z.string().regex(/^\d+$/).transform(Number);

/** An admission as the scripts keep it: flat, numbers as text, the order as the JSON that was handed in. */
const storedAdmission = z.object({
  order: z.string().transform((text) => backupOrder.parse(JSON.parse(text))),
  state: z.enum(['waiting', 'dispatched', 'running']),
  since: integer,
  token: integer.optional(),
  worker: z.string().optional(),
  startTime: z.string().optional(),
  bytes: integer.optional(),
  bytesAt: integer.optional(),
});

export function readStoredAdmission(raw: string): Admission {
  const stored = storedAdmission.parse(JSON.parse(raw));
  return {
    order: stored.order,
    state: stored.state,
    since: stored.since,
    fencingToken: stored.token ?? null,
    worker: stored.worker ?? null,
    startTime: stored.startTime ?? null,
    progress:
      stored.bytes === undefined || stored.bytesAt === undefined
        ? null
        : { bytes: stored.bytes, at: stored.bytesAt },
  };
}
