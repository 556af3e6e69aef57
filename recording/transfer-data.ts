import { type BackupScope, type BackupType, backupTypes } from '../model/backup-kind.ts';

export const transferStatuses = [
  'requested',
  'started',
  'completed',
  'failed',
  'refused',
  'interrupted',
] as const;
export type TransferStatus = (typeof transferStatuses)[number];

/** What a transfer's `userData128` tells of a backup. */
export interface TransferData {
  readonly type: BackupType;
  readonly scope: BackupScope;
  /** `other`: one that has no number here. Null before it is known. */
  readonly compression: string | null;
  readonly encryption: string | null;
  readonly status: TransferStatus;
  /** 0: no end, or not known; 65535 stands for all longer ones. */
  readonly retentionDays: number;
}

/** Numbers are for ever: append, never reorder. Each begins at 1; 0 is unknown, 255 is `other`. */
const numbers = {
  type: [...backupTypes],
  scope: ['full', 'incremental'],
  compression: ['none', 'snappy', 'gzip', 'zstd'],
  encryption: ['AES-256-GCM'],
  status: [...transferStatuses],
} as const;

const other = 255;

function numberOf(known: readonly string[], name: string | null): bigint {
  if (name === null) return 0n;
  const index = known.indexOf(name);
  return BigInt(index === -1 ? other : index + 1);
}

/** type, scope, compression, encryption and status in 8 bits each from the top, retention days in 16, the rest 0. */
export function packTransferData(data: TransferData): bigint {
  const bytes = [
    numberOf(numbers.type, data.type),
    numberOf(numbers.scope, data.scope),
    numberOf(numbers.compression, data.compression),
    numberOf(numbers.encryption, data.encryption),
    numberOf(numbers.status, data.status),
  ];
  const top = bytes.reduce((packed, byte) => (packed << 8n) | byte, 0n);
  return ((top << 16n) | BigInt(Math.min(data.retentionDays, 65_535))) << 72n;
}

/** The reverse; undefined for a transfer that is none of ours. */
export function unpackTransferData(packed: bigint): TransferData | undefined {
  const byte = (fromTop: number) => Number((packed >> BigInt(120 - 8 * fromTop)) & 0xffn);
  const type = numbers.type[byte(0) - 1];
  const scope = numbers.scope[byte(1) - 1];
  const status = numbers.status[byte(4) - 1];
  if (type === undefined || scope === undefined || status === undefined) return undefined;
  return {
    type,
    scope,
    compression: nameOf(numbers.compression, byte(2)),
    encryption: nameOf(numbers.encryption, byte(3)),
    status,
    retentionDays: Number((packed >> 72n) & 0xffffn),
  };
}

function nameOf(known: readonly string[], number: number): string | null {
  return number === 0 ? null : (known[number - 1] ?? 'other');
}
