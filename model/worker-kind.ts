import { z } from 'zod';
import { backupTypes } from './backup-kind.ts';

/** Worker processes: one for the backups of each type, one that verifies those of all types, and one for restores. */
export const workerKinds = [...backupTypes, 'verification', 'restore'] as const;
export type WorkerKind = (typeof workerKinds)[number];
export const workerKind = z.enum(workerKinds);
