import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { decodeTime } from 'ulid';
import type { S3Connection } from './s3-connection.ts';
import { isMissing, s3Failure } from './s3-errors.ts';

/** No living upload is that old: parts follow each other within the stall limit, but an object may be huge. Milliseconds. */
const staleAfter = 7 * 24 * 3_600_000;

/** Removes the parts that writers which died left behind under our prefix; a server that cannot tell has none swept. */
export async function sweepS3Uploads({ client, options }: S3Connection, now: number): Promise<void> {
  try {
    for (let KeyMarker, UploadIdMarker, more = true; more;) {
      const page: ListMultipartUploadsCommandOutput = await client.send(
        new ListMultipartUploadsCommand({
          ...{ Bucket: options.bucket, Prefix: options.prefix, KeyMarker, UploadIdMarker },
        }),
      );
      for (const { Key = '', UploadId, Initiated } of page.Uploads ?? []) {
        if (Initiated === undefined || begun(Key, Initiated) > now - staleAfter) continue;
        await client.send(new AbortMultipartUploadCommand({ Bucket: options.bucket, Key, UploadId }));
      }
      more = page.IsTruncated ?? false;
      KeyMarker = page.NextKeyMarker;
      UploadIdMarker = page.NextUploadIdMarker;
    }
  } catch (error) {
    const { name, status } = s3Failure(error);
    if (![403, 501].includes(status) && name !== 'NotImplemented' && !isMissing(error)) throw error;
  }
}

/** Some servers give every upload one old date: none began before the backup whose id is in its key. */
function begun(key: string, said: Date): number {
  const [id] = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(key) ?? [];
  return Math.max(said.getTime(), id === undefined ? 0 : decodeTime(id));
}
