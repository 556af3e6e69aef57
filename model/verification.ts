import { z } from 'zod';
import { backupOrder, instant } from './backup-order.ts';

/**
 * 1: every object is there, with its size and what checksum the store keeps. 2: opens and decodes all of it. 3: restores
 * it and compares.
 */
export const verificationLevels = [1, 2, 3] as const;
export type VerificationLevel = (typeof verificationLevels)[number];
export const verificationLevel = z.union(verificationLevels.map((level) => z.literal(level)));

/** Something that is wrong with a backup. */
export const finding = z.strictObject({
  /** Key in the object store of what is damaged; null where it is no single object. */
  object: z.string().nullable(),
  problem: z.string(),
});
export type Finding = Readonly<z.infer<typeof finding>>;

/** One verification of one backup, as its queue carries it. */
export const verificationOrder = z.strictObject({
  verificationId: z.ulid(),
  level: verificationLevel,
  /** The order of the backup that is verified. */
  order: backupOrder,
  /** Name of the verification schedule; null on demand. */
  schedule: z.string().min(1).nullable(),
  /** Who asked: the name of an API key, or `scheduler`. */
  requestedBy: z.string().min(1),
  requestedAt: instant,
  reason: z.string(),
});
export type VerificationOrder = Readonly<z.infer<typeof verificationOrder>>;

/** `failed`: it could not be done, which says nothing of the backup. */
export const verificationResults = ['passed', 'damaged', 'failed'] as const;
export type VerificationResult = (typeof verificationResults)[number];
export const verificationResult = z.enum(verificationResults);

/** Findings that an event carries at most; `findingCount` says how many there were. */
export const findingsKept = 100;

/** How a verification ended. */
export const verificationOutcome = z.strictObject({
  verificationId: z.ulid(),
  /** What was asked for, and what was reached: a damaged backup is not restored, a type without a restore stops at 2. */
  level: verificationLevel,
  reached: verificationLevel,
  result: verificationResult,
  findings: z.array(finding).max(findingsKept),
  findingCount: z.int().nonnegative(),
  /** What is worth knowing and no damage. */
  notes: z.array(z.string()),
  /** Why it could not be done, else null. */
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  startTime: instant,
  durationMs: z.int().nonnegative(),
  /** Read from the store, sealed; what the store's own checksum proved was not read. */
  bytes: z.int().nonnegative(),
  objects: z.int().nonnegative(),
  manifests: z.int().nonnegative(),
  schedule: z.string().nullable(),
  requestedBy: z.string(),
  requestedAt: instant,
  reason: z.string(),
  worker: z.string(),
});
export type VerificationOutcome = Readonly<z.infer<typeof verificationOutcome>>;
