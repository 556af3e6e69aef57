import { buffer } from 'node:stream/consumers';
import { Transform } from 'node:stream';
import { z } from 'zod';
import type { BackupCatalog, BackupTaker, ObjectSink } from '../../backups/backup-taker.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { manifestBody, manifestHeader, manifestPath } from '../../model/manifest.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import { createActivity } from '../../workers/activity.ts';
import type { Attempt, AttemptLimits, BackupFrame } from '../../workers/backup-frame.ts';
import { defaultLimits } from '../../workers/backup-frame.ts';
import { sha256 } from './sha256.ts';

const plainManifest = z.strictObject({ header: manifestHeader, body: manifestBody });

/** Objects and manifests as plain files of a store: the lifecycle without the sealing. */
export function plainFrame(
  options: Pick<BackupFrame, 'exclusion' | 'clock' | 'log' | 'scratchRoot' | 'taker'> & {
    readonly objects: ObjectStore;
    readonly limits?: Partial<AttemptLimits>;
  } & Partial<Omit<BackupFrame, 'limits' | 'objects'>>,
): BackupFrame {
  const { objects } = options;
  return {
    catalog: plainCatalog(objects),
    openSink: (attempt, { signal, written }) => plainSink(objects, attempt, { signal, written }),
    writeManifest: (taken, attempt) => writePlainManifest(objects, taken, attempt),
    requestCheck: () => Promise.resolve(),
    onHung: () => undefined,
    worker: 'host:1',
    activity: createActivity(),
    stopwatch: options.clock,
    ...options,
    limits: { ...defaultLimits, ...options.limits },
  };
}

export function plainCatalog(objects: ObjectStore): BackupCatalog {
  async function read(type: BackupType, backupId: string) {
    const key = manifestPath(type, backupId);
    if ((await objects.head(key)) === undefined) {
      throw new CodedError('backup-not-found', `there is no backup ${backupId}`);
    }
    const bytes = await buffer(await objects.get(key));
    try {
      return { ...plainManifest.parse(JSON.parse(bytes.toString())), sha256: sha256(bytes) };
    } catch (cause) {
      throw new CodedError('object-damaged', `${key} is damaged`, { cause });
    }
  }
  return {
    read,
    headers: () => Promise.resolve([]),
    chain: async (type, backupId) => [await read(type, backupId)],
    lacking: () => Promise.resolve(undefined),
    open: ({ path }) => objects.get(path),
  };
}

function plainSink(
  objects: ObjectStore,
  { order }: Attempt,
  { signal, written }: Parameters<BackupFrame['openSink']>[1],
): ObjectSink {
  let ordinal = 0;
  return {
    async write({ name, file, completion }, plain) {
      const path = `${order.type}/${order.backupId}/${order.attempt}/${file}`;
      const counted = new Transform({
        transform(chunk: Buffer, _, done) {
          written(chunk.length);
          done(null, chunk);
        },
      });
      const { bytes, storeChecksum } = await objects.put(path, plain.pipe(counted), { signal });
      await completion;
      const { sha256: digest } = await objects.digest(path);
      const sizes = { plainBytes: bytes, plainSha256: digest, sealedBytes: bytes, sealedSha256: digest };
      ordinal += 1;
      return {
        path,
        name,
        ordinal: ordinal - 1,
        sealedBy: order.backupId,
        ...sizes,
        storeChecksum,
        rows: null,
      };
    },
    writeShared: () => Promise.reject(new Error('no shared objects here')),
    shared: () => Promise.resolve(new Map()),
  };
}

async function writePlainManifest(
  objects: ObjectStore,
  taken: Awaited<ReturnType<BackupTaker['take']>>,
  { order, startTime, worker, fencingToken }: Attempt,
) {
  const sum = (pick: (entry: (typeof taken.objects)[number]) => number) =>
    taken.objects.reduce((total, entry) => total + pick(entry), 0);
  const header = manifestHeader.parse({
    format: 1,
    backupId: order.backupId,
    attempt: order.attempt,
    kind: order.kind,
    type: order.type,
    scope: taken.scope,
    order,
    startTime,
    endTime: startTime,
    worker,
    fencingToken,
    parent: taken.parent,
    plainBytes: sum((entry) => entry.plainBytes),
    sealedBytes: sum((entry) => entry.sealedBytes),
    objects: taken.objects.length,
    compression: taken.compression,
    encryption: 'none',
    keyIds: ['none'],
    retentionUntil: null,
    note: taken.note,
    software: 'test',
  });
  const body = { objects: [...taken.objects], source: taken.source, details: taken.details };
  const bytes = Buffer.from(JSON.stringify({ header, body }));
  await objects.put(manifestPath(order.type, order.backupId), bytes);
  return { header, body: manifestBody.parse(body), sha256: sha256(bytes) };
}
