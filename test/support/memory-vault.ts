import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { monotonicFactory } from 'ulid';
import type { BackupCatalog, BackupJob, BackupTaker, ObjectSink, Taken } from '../../backups/backup-taker.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { type BackupType, kindOf } from '../../model/backup-kind.ts';
import { type Manifest, type ManifestObject, sharedOwner } from '../../model/manifest.ts';
import { sha256 } from './sha256.ts';

const ulid = monotonicFactory();

/** Manifests and objects in memory, unsealed, for tests of what a taker does; they may be damaged at will. */
export interface MemoryVault {
  readonly objects: Map<string, Buffer>;
  /** Oldest first; what is removed is gone for the catalog. */
  readonly manifests: Manifest[];
  readonly catalog: BackupCatalog;
  readonly sink: ObjectSink;
  readonly logged: Record<string, unknown>[];
  /** Bytes that the taker reported as read. */
  read: number;
  /** Takes a backup and keeps its manifest; `change` replaces parts of the job, `asked` of its order. */
  take(
    taker: BackupTaker,
    change?: Partial<BackupJob>,
    asked?: Partial<BackupJob['order']>,
  ): Promise<Manifest>;
}

export function memoryVault(type: BackupType): MemoryVault {
  const objects = new Map<string, Buffer>();
  const manifests: Manifest[] = [];
  const logged: Record<string, unknown>[] = [];
  const find = (backupId: string): Manifest => {
    const found = manifests.find(({ header }) => header.backupId === backupId);
    if (found === undefined) throw new CodedError('backup-not-found', `no backup ${backupId}`);
    return found;
  };
  const describe = (path: string, name: string, bytes: Buffer): ManifestObject => ({
    path,
    name,
    ordinal: 0,
    sealedBy: sharedOwner,
    plainBytes: bytes.length,
    plainSha256: sha256(bytes),
    sealedBytes: bytes.length,
    sealedSha256: sha256(bytes),
    storeChecksum: null,
    rows: null,
  });
  const vault: MemoryVault = {
    objects,
    manifests,
    logged,
    read: 0,
    catalog: {
      headers: () =>
        Promise.resolve(
          manifests.toReversed().map(({ header, sha256 }) => ({ ...header, manifestSha256: sha256 })),
        ),
      read: (_type, backupId) => Promise.resolve().then(() => find(backupId)),
      async chain(_type, backupId) {
        await Promise.resolve();
        const chain = [find(backupId)];
        for (let parent = chain[0]?.header.parent; parent; parent = chain[0]?.header.parent) {
          const found = find(parent.backupId);
          if (found.sha256 !== parent.manifestSha256)
            throw new CodedError('object-damaged', 'another parent');
          chain.unshift(found);
        }
        return chain;
      },
      lacking: (asked) => Promise.resolve(asked.find(({ path }) => !objects.has(path))?.path),
      open(object) {
        const bytes = objects.get(object.path);
        if (bytes === undefined) throw new CodedError('object-damaged', `${object.path} is gone`);
        return Promise.resolve(Readable.from([Buffer.from(bytes)], { objectMode: false }));
      },
    },
    sink: {
      async write({ name, file }, plain) {
        const bytes = await buffer(plain);
        objects.set(file, bytes);
        return describe(file, name, bytes);
      },
      async writeShared({ name, path, plainSha256 }, plain) {
        const there = objects.get(path);
        if (there !== undefined && sha256(there) === plainSha256) return describe(path, name, there);
        const bytes = plain instanceof Uint8Array ? Buffer.from(plain) : await readFile(plain.file);
        if (sha256(bytes) !== plainSha256) throw new CodedError('source-changed', `${name} changed`);
        const at = there === undefined ? path : `${path}.${ulid()}.1`;
        objects.set(at, bytes);
        return describe(at, name, bytes);
      },
      shared: (prefix) =>
        Promise.resolve(
          new Map(
            [...objects]
              .filter(([path]) => path.startsWith(prefix))
              .map(([path, { length }]) => [path, length]),
          ),
        ),
    },
    async take(taker, change = {}, asked = {}) {
      const backupId = ulid();
      const at = new Date().toISOString();
      const log = (fields: Readonly<Record<string, unknown>>, message: string): void => {
        logged.push({ ...fields, message });
      };
      const order: BackupJob['order'] = {
        ...{ backupId, attempt: 1, kind: kindOf(type, 'full') ?? 'duckdb-full', type, scope: 'full' },
        ...{ schedule: null, slot: null, tenantId: null, trigger: 'cli', requestedBy: 'test' },
        ...{ requestedAt: at, timeoutMs: null, reason: 'test' },
        ...asked,
      };
      const job: BackupJob = {
        order,
        startTime: at,
        sink: vault.sink,
        catalog: vault.catalog,
        scratch: '/nonexistent',
        progress: (bytes) => {
          vault.read += bytes;
        },
        signal: new AbortController().signal,
        log: { info: log, warn: log, error: log },
        ...change,
      };
      const manifest = manifestOf(job, await taker.take(job));
      manifests.push(manifest);
      return manifest;
    },
  };
  return vault;
}

function manifestOf({ order, startTime }: BackupJob, taken: Taken): Manifest {
  const { objects, source, details, ...header } = taken;
  const body = { objects: [...objects], source, details };
  const sum = (field: 'plainBytes' | 'sealedBytes'): number =>
    objects.reduce((total, object) => total + object[field], 0);
  return {
    header: {
      ...header,
      ...{ format: 1, backupId: order.backupId, attempt: order.attempt, kind: order.kind, type: order.type },
      ...{ order, startTime, endTime: startTime, worker: 'test', fencingToken: 1 },
      ...{ plainBytes: sum('plainBytes'), sealedBytes: sum('sealedBytes'), objects: objects.length },
      ...{ encryption: 'none', keyIds: ['none'], retentionUntil: null, software: 'test' },
    },
    body: structuredClone(body),
    sha256: sha256(JSON.stringify([order.backupId, body])),
  };
}
