import { Agent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';

export interface S3Options {
  readonly bucket: string;
  /** What all keys in the bucket begin with; empty, or it should end with a slash. */
  readonly prefix: string;
  readonly region: string;
  /** Address of a compatible server; null: AWS. */
  readonly endpoint: string | null;
  /** Bucket in the path instead of the host name. */
  readonly pathStyle: boolean;
  /** Storage class of the objects of the Parquet archive; manifests and the rest are read often and stay STANDARD. */
  readonly storageClass: 'STANDARD' | 'STANDARD_IA' | 'INTELLIGENT_TIERING' | 'GLACIER_IR';
  /** Days for which each object is locked (compliance mode, in a bucket with object lock); 0: no lock. */
  readonly objectLockDays: number;
  /** KMS key for server-side encryption beside our own sealing; null: none. */
  readonly sseKmsKeyId: string | null;
  /** Certificates (PEM) of authorities to trust instead of the usual ones. */
  readonly ca?: string;
  /** The SDK's own chain unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Size of the parts of an upload, 5 MiB or more; an object may have 10,000 of them, three are in memory. */
  readonly partBytes?: number;
  /** Without an answer, or a byte of one, for this long a try is given up; ms, a minute unless given. */
  readonly silenceMs?: number;
}

/** Where requests go, and what they all carry. */
export interface S3Connection {
  readonly client: S3Client;
  readonly options: S3Options;
  readonly partBytes: number;
  /** Buffers of `partBytes` that no upload uses now. */
  readonly spareBuffers: ArrayBuffer[];
}

const connectMs = 10_000;

/** A client that never waits for ever: each try has a deadline, and there are five, with jittered pauses between. */
export function connectS3(options: S3Options): S3Connection {
  const { region, endpoint, credentials, ca, silenceMs = 60_000 } = options;
  const client = new S3Client({
    region,
    forcePathStyle: options.pathStyle,
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 5,
    retryMode: 'standard',
    // Asking before each part whether it may be sent would cost a round trip, and seconds where nobody answers that.
    expectContinueHeader: false,
    // What is sent is signed with its SHA-256 and carries a CRC-32; what is read is compared with the manifest.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: silenceMs,
      socketTimeout: silenceMs,
      throwOnRequestTimeout: true,
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 50, ...(ca === undefined ? {} : { ca }) }),
    },
  });
  return { client, options, partBytes: options.partBytes ?? 8 * 1024 * 1024, spareBuffers: [] };
}

/** Bucket and key of an object, as requests name it. */
export function place({ options }: S3Connection, key: string): { Bucket: string; Key: string } {
  return { Bucket: options.bucket, Key: `${options.prefix}${key}` };
}

/** How a new object is kept: class, server-side encryption, lock. `now` in milliseconds since the epoch. */
export function keeping({ options }: S3Connection, key: string, now: number) {
  const { storageClass, sseKmsKeyId, objectLockDays } = options;
  return {
    ...(key.startsWith('parquet/objects/') ? { StorageClass: storageClass } : {}),
    ...(sseKmsKeyId === null ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: sseKmsKeyId }),
    ...(objectLockDays === 0
      ? {}
      : {
          ObjectLockMode: 'COMPLIANCE' as const,
          ObjectLockRetainUntilDate: new Date(now + objectLockDays * 24 * 3_600_000),
        }),
  };
}
