/** Keys that say what is backed up, and the ledger of what was done. */
export const sourcesSchema = {
  sources: {
    duckdb: {
      file: {
        doc: 'The DuckDB file to back up; no question mark in its path; empty: none.',
        format: String,
        default: '',
        env: 'BACKUP_DUCKDB_FILE',
      },
      mode: {
        doc: 'guarded: a snapshot, the live file is never opened; read-only: opens it, which refuses an application that starts meanwhile.',
        format: ['guarded', 'read-only'],
        default: 'guarded',
        env: 'BACKUP_DUCKDB_MODE',
      },
      patience: {
        doc: 'How long a snapshot of a busy file is tried.',
        format: 'duration',
        default: 'PT10M',
        env: 'BACKUP_DUCKDB_PATIENCE',
      },
      fullEvery: {
        doc: 'Incrementals on one full at most; the next becomes a full.',
        format: 'whole-number',
        default: 28,
        env: 'BACKUP_DUCKDB_FULL_EVERY',
      },
      memoryLimit: {
        doc: 'Memory that DuckDB may use for a backup; up to 16 times as much where a row group or the log needs it.',
        format: String,
        default: '160MB',
        env: 'BACKUP_DUCKDB_MEMORY_LIMIT',
      },
      parquetVersion: {
        doc: 'v2: newer encodings, less time and space; v1: also for readers that do not know them (Spark 3).',
        format: ['v1', 'v2'],
        default: 'v2',
        env: 'BACKUP_DUCKDB_PARQUET_VERSION',
      },
    },
    parquet: {
      folder: {
        doc: 'The Parquet archive to back up; empty: none.',
        format: String,
        default: '',
        env: 'BACKUP_PARQUET_FOLDER',
      },
    },
    tigerbeetle: {
      kind: {
        doc: 'tigerbeetle: a cluster; redis: a ledger that is kept in the same Redis, for trying things out.',
        format: ['tigerbeetle', 'redis'],
        default: 'tigerbeetle',
        env: 'BACKUP_TIGERBEETLE_KIND',
      },
      addresses: {
        doc: 'Addresses of the TigerBeetle cluster to back up, comma-separated; empty: none.',
        format: String,
        default: '',
        env: 'TIGERBEETLE_ADDRESS',
      },
      clusterId: { doc: 'Its cluster id.', format: String, default: '0', env: 'TIGERBEETLE_CLUSTER_ID' },
    },
    kms: {
      kind: {
        doc: "Where tenants' keys live: nowhere, in a local file, or in AWS KMS.",
        format: ['none', 'local', 'aws'],
        default: 'none',
        env: 'BACKUP_KMS_KIND',
      },
      file: {
        doc: "The local file of tenants' keys (mode 0600).",
        format: String,
        default: '',
        env: 'BACKUP_KMS_FILE',
      },
      region: { doc: 'Region of the keys.', format: String, default: 'us-east-1', env: 'BACKUP_KMS_REGION' },
      replicaRegion: {
        doc: 'Second region for replicas of multi-region keys; empty: none.',
        format: String,
        default: '',
        env: 'BACKUP_KMS_REPLICA_REGION',
      },
      endpoint: {
        doc: 'Endpoint of a compatible server; empty: AWS.',
        format: 'optional-url',
        default: '',
        env: 'BACKUP_KMS_ENDPOINT',
      },
      replicaEndpoint: {
        doc: 'Endpoint of the second region, where it is not AWS; empty: AWS.',
        format: 'optional-url',
        default: '',
        env: 'BACKUP_KMS_REPLICA_ENDPOINT',
      },
      aliasPattern: {
        doc: "Alias of a tenant's key; {tenantId} and {purpose} (signing, encryption) stand for themselves.",
        format: String,
        default: 'alias/tenant/{tenantId}/{purpose}',
        env: 'BACKUP_KMS_ALIAS_PATTERN',
      },
      wrappedKeysFile: {
        doc: "JSON file of the data keys that applications keep wrapped by tenants' keys; empty: none.",
        format: String,
        default: '',
        env: 'BACKUP_KMS_WRAPPED_KEYS_FILE',
      },
    },
  },
  ledger: {
    kind: {
      doc: 'Where the audit trail of transfers is kept.',
      format: ['redis', 'tigerbeetle'],
      default: 'redis',
      env: 'BACKUP_LEDGER_KIND',
    },
    addresses: {
      doc: "Addresses of the ledger's TigerBeetle cluster, comma-separated.",
      format: String,
      default: '',
      env: 'BACKUP_LEDGER_ADDRESSES',
    },
    clusterId: { doc: 'Its cluster id.', format: String, default: '0', env: 'BACKUP_LEDGER_CLUSTER_ID' },
  },
};
