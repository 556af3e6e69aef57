import { apiSchema } from './api-schema.ts';
import { restoresSchema } from './restores-schema.ts';
import { sourcesSchema } from './sources-schema.ts';
import { storeSchema } from './store-schema.ts';

/** Every key of the configuration: its documentation, what is allowed, its default and its environment variable. */
export const schema = {
  schedule: {
    enabled: {
      doc: 'Whether scheduled backups run; on demand they always do.',
      format: 'true-or-false',
      default: true,
      env: 'BACKUP_SCHEDULE_ENABLED',
    },
    tick: {
      doc: 'How often the master timer checks what is due; what is due between two ticks is checked for then.',
      format: 'duration',
      default: 'PT5M',
      env: 'BACKUP_SCHEDULE_TICK',
    },
  },
  schedules: {
    doc: 'Changes to the default schedules, by name, and further ones; see below.',
    format: 'schedules',
    default: [],
    env: 'BACKUP_SCHEDULES',
  },
  verifications: {
    doc: 'Changes to the default verifications, by name, and further ones; see below.',
    format: 'verifications',
    default: [],
    env: 'BACKUP_VERIFICATIONS',
  },
  exclusion: {
    scope: {
      doc: 'global: one backup at a time; type: one of each type at a time.',
      format: ['global', 'type'],
      default: 'global',
      env: 'BACKUP_EXCLUSION_SCOPE',
    },
    lockDuration: {
      doc: 'How long the lock of a dead worker lives; a living one renews it three times as often.',
      format: 'duration',
      default: 'PT15S',
      env: 'BACKUP_LOCK_DURATION',
    },
    leaseDuration: {
      doc: 'How long a dead control plane still counts as the leader; then another takes over.',
      format: 'duration',
      default: 'PT15S',
      env: 'BACKUP_LEASE_DURATION',
    },
  },
  housekeeping: {
    interval: {
      doc: 'How often the leader looks for backups whose worker died.',
      format: 'duration',
      default: 'PT5S',
      env: 'BACKUP_HOUSEKEEPING_INTERVAL',
    },
  },
  redis: {
    url: {
      doc: 'Queues, lock and events; rediss:// for TLS, redis-sentinel://host,host/0?sentinelMasterId=name behind Sentinels.',
      format: 'redis',
      default: 'redis://127.0.0.1:6379',
      env: 'REDIS_URL',
      sensitive: true,
    },
    prefix: {
      doc: 'What all keys in Redis begin with.',
      format: 'prefix',
      default: 'backup-scheduler',
      env: 'BACKUP_REDIS_PREFIX',
    },
  },
  ...storeSchema,
  ...sourcesSchema,
  ...restoresSchema,
  metadata: {
    file: {
      doc: 'DuckDB file of this control plane alone; made again from the store when it is gone.',
      format: 'filled',
      default: './state/metadata.duckdb',
      env: 'BACKUP_METADATA_FILE',
    },
  },
  scratch: {
    folder: {
      doc: 'Where workers make temporary files (mode 0700, swept at start); no question mark in its path.',
      format: 'filled',
      default: './state/scratch',
      env: 'BACKUP_SCRATCH_FOLDER',
    },
  },
  ...apiSchema,
  worker: {
    stallLimit: {
      doc: 'A backup without a byte for this long is aborted.',
      format: 'duration',
      default: 'PT10M',
      env: 'BACKUP_WORKER_STALL_LIMIT',
    },
    shutdownDeadline: {
      doc: 'How long a worker that must stop goes on with its backup before it gives it back.',
      format: 'duration',
      default: 'PT10S',
      env: 'BACKUP_WORKER_SHUTDOWN_DEADLINE',
    },
    niceness: {
      doc: 'How far backups and verifications give way to other processes of the machine; restores never do.',
      format: 'niceness',
      default: 10,
      env: 'BACKUP_WORKER_NICENESS',
    },
  },
  log: {
    level: {
      doc: 'Least level that is logged.',
      format: ['debug', 'info', 'warn', 'error'],
      default: 'info',
      env: 'BACKUP_LOG_LEVEL',
    },
  },
};
