import { z } from 'zod';
import { durationMs } from './duration.ts';
import { scheduleEntries } from './schedule-entry.ts';
import { verificationEntries } from './verification-entry.ts';

/** Durations become milliseconds here; convict has checked them. */
const ms = z.string().transform((text) => durationMs(text) ?? 0);
const optional = z.string().transform((text) => (text === '' ? null : text));
const list = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));

/** The configuration as the program uses it: durations in milliseconds, null for what is not set, paths absolute. */
export const configuration = z.object({
  schedule: z.object({ enabled: z.boolean(), tick: ms }),
  schedules: scheduleEntries,
  verifications: verificationEntries,
  exclusion: z.object({ scope: z.enum(['global', 'type']), lockDuration: ms, leaseDuration: ms }),
  housekeeping: z.object({ interval: ms }),
  redis: z.object({ url: z.string(), prefix: z.string() }),
  store: z.object({
    kind: z.enum(['folder', 's3']),
    folder: z.string(),
    s3: z.object({
      bucket: z.string(),
      prefix: z.string(),
      region: z.string(),
      endpoint: optional,
      pathStyle: z.boolean(),
      storageClass: z.enum(['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR']),
      objectLockDays: z.number(),
      sseKmsKeyId: optional,
    }),
  }),
  keys: z.object({
    kind: z.enum(['local', 'kms']),
    file: z.string(),
    kmsKeyArn: optional,
    kmsOlderKeyArns: list,
    kmsEndpoint: optional,
    recoveryPublicKey: z.string(),
  }),
  sources: z.object({
    duckdb: z.object({
      file: optional,
      mode: z.enum(['guarded', 'read-only']),
      patience: ms,
      fullEvery: z.number(),
      memoryLimit: z.string(),
      parquetVersion: z.enum(['v1', 'v2']),
    }),
    parquet: z.object({ folder: optional }),
    tigerbeetle: z.object({
      kind: z.enum(['tigerbeetle', 'redis']),
      addresses: optional,
      clusterId: z.string(),
    }),
    kms: z.object({
      kind: z.enum(['none', 'local', 'aws']),
      file: optional,
      region: z.string(),
      replicaRegion: optional,
      endpoint: optional,
      replicaEndpoint: optional,
      aliasPattern: z.string(),
      wrappedKeysFile: optional,
    }),
  }),
  ledger: z.object({ kind: z.enum(['redis', 'tigerbeetle']), addresses: optional, clusterId: z.string() }),
  restores: z.object({
    folder: optional,
    tigerbeetle: z.object({ addresses: optional, clusterId: z.string() }),
  }),
  metadata: z.object({ file: z.string() }),
  scratch: z.object({ folder: z.string() }),
  api: z.object({
    host: z.string(),
    port: z.number(),
    keysFile: z.string(),
    secureCookies: z.boolean(),
    tokens: z.object({
      jwksUrl: optional,
      issuer: z.string(),
      audience: z.string(),
      rolesClaim: z.string(),
    }),
  }),
  worker: z.object({ stallLimit: ms, shutdownDeadline: ms, niceness: z.number() }),
  log: z.object({ level: z.enum(['debug', 'info', 'warn', 'error']) }),
});
export type Configuration = Readonly<z.infer<typeof configuration>>;

/** Keys that hold paths: relative ones are relative to the file that they stand in. */
export const pathKeys = [
  'store.folder',
  'keys.file',
  'keys.recoveryPublicKey',
  'sources.duckdb.file',
  'sources.parquet.folder',
  'sources.kms.file',
  'sources.kms.wrappedKeysFile',
  'restores.folder',
  'metadata.file',
  'scratch.folder',
  'api.keysFile',
] as const;
