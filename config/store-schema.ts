/** Keys that say where backups lie and what they are sealed with. */
export const storeSchema = {
  store: {
    kind: {
      doc: 'Where backups lie: a folder, or S3 and what speaks its protocol.',
      format: ['folder', 's3'],
      default: 'folder',
      env: 'BACKUP_STORE_KIND',
    },
    folder: {
      doc: 'The folder of the store.',
      format: String,
      default: './store',
      env: 'BACKUP_STORE_FOLDER',
    },
    s3: {
      bucket: { doc: 'Bucket.', format: String, default: '', env: 'BACKUP_S3_BUCKET' },
      prefix: {
        doc: 'What all keys in the bucket begin with.',
        format: String,
        default: '',
        env: 'BACKUP_S3_PREFIX',
      },
      region: { doc: 'Region.', format: String, default: 'us-east-1', env: 'BACKUP_S3_REGION' },
      endpoint: {
        doc: 'Endpoint of a compatible server; empty: AWS.',
        format: 'optional-url',
        default: '',
        env: 'BACKUP_S3_ENDPOINT',
      },
      pathStyle: {
        doc: 'Bucket in the path instead of the host name.',
        format: 'true-or-false',
        default: false,
        env: 'BACKUP_S3_PATH_STYLE',
      },
      storageClass: {
        doc: 'Storage class of Parquet objects.',
        format: ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'],
        default: 'STANDARD_IA',
        env: 'BACKUP_S3_STORAGE_CLASS',
      },
      objectLockDays: {
        doc: 'Days for which each object is locked (compliance mode); 0: no lock.',
        format: 'whole-number',
        default: 0,
        env: 'BACKUP_S3_OBJECT_LOCK_DAYS',
      },
      sseKmsKeyId: {
        doc: 'KMS key for server-side encryption beside our own sealing; empty: none.',
        format: String,
        default: '',
        env: 'BACKUP_S3_SSE_KMS_KEY_ID',
      },
    },
  },
  keys: {
    kind: {
      doc: 'What the working key is: a local keyring file, or a KMS key.',
      format: ['local', 'kms'],
      default: 'local',
      env: 'BACKUP_KEYS_KIND',
    },
    file: {
      doc: 'The local keyring (mode 0600).',
      format: String,
      default: './keys/keyring.json',
      env: 'BACKUP_KEYS_FILE',
    },
    kmsKeyArn: {
      doc: 'ARN of the KMS working key, no alias; its region is the one that is asked.',
      format: String,
      default: '',
      env: 'BACKUP_KEYS_KMS_KEY_ARN',
    },
    kmsOlderKeyArns: {
      doc: 'ARNs of earlier KMS working keys, comma-separated: they open older backups.',
      format: String,
      default: '',
      env: 'BACKUP_KEYS_KMS_OLDER_KEY_ARNS',
    },
    kmsEndpoint: {
      doc: 'Endpoint of a server that is compatible with KMS; empty: AWS.',
      format: 'optional-url',
      default: '',
      env: 'BACKUP_KEYS_KMS_ENDPOINT',
    },
    recoveryPublicKey: {
      doc: 'Public half of the recovery key (PEM).',
      format: 'filled',
      default: './keys/recovery-public.pem',
      env: 'BACKUP_KEYS_RECOVERY_PUBLIC_KEY',
    },
  },
};
