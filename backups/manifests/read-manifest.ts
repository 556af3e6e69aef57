import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import type { z } from 'zod';
import { CodedError, errorCode } from '../../errors/coded-error.ts';
import {
  type Manifest,
  manifestBody,
  type ManifestHeader,
  manifestHeader,
  manifestPath,
} from '../../model/manifest.ts';
import type { ReadableVault } from '../sealing/open-object.ts';
import { headerDigest, manifestContext, sealedForm, storedForm } from './stored-form.ts';

/** The clear part of a manifest, not proven: only opening it does that. */
export interface ClearManifest {
  readonly header: ManifestHeader;
  /** SHA-256 of manifest.json as stored, hex. */
  readonly sha256: string;
  /** The header as it stands in the file, which the seal covers. */
  readonly rawHeader: unknown;
  readonly sealedBody: Buffer;
  /** False when white space was lost or joined it: where no child names its digest, nothing else tells. */
  readonly asWritten: boolean;
}

/**
 * Reads a manifest and proves it: opened, in its place, its header the one that was sealed. Throws `backup-not-found`
 * or `object-damaged`.
 */
export async function readManifest(vault: ReadableVault, type: string, backupId: string): Promise<Manifest> {
  const { header, sha256, rawHeader, sealedBody, asWritten } = await readClearManifest(
    vault.store,
    type,
    backupId,
  );
  const context = manifestContext(type, backupId);
  const secret = await text(vault.keys.open(Readable.from([sealedBody], { objectMode: false }), context));
  const { headerSha256, body } = understand(sealedForm, secret, context.path);
  if (headerSha256 !== headerDigest(rawHeader)) {
    throw damaged(context.path, 'its clear header was changed after it was sealed');
  }
  if (!asWritten) throw damaged(context.path, 'it is longer or shorter than it was written');
  return { header, body: understand(manifestBody, body, context.path), sha256 };
}

/** Reads the clear part, without a key. Throws `backup-not-found` or `object-damaged`. */
export async function readClearManifest(
  store: ReadableVault['store'],
  type: string,
  backupId: string,
): Promise<ClearManifest> {
  const path = manifestPath(type, backupId);
  const stored = await readStored(store, path, backupId);
  const json = stored.toString();
  const { header: rawHeader, body } = understand(storedForm, json, path);
  const header = understand(manifestHeader, rawHeader, path);
  if (header.backupId !== backupId || header.type !== type) {
    throw damaged(path, `it is the manifest of ${header.type} backup ${header.backupId}`);
  }
  const asWritten = json === `${JSON.stringify(JSON.parse(json))}\n`;
  const sha256 = createHash('sha256').update(stored).digest('hex');
  return { header, sha256, rawHeader, sealedBody: Buffer.from(body, 'base64'), asWritten };
}

async function readStored(store: ReadableVault['store'], path: string, backupId: string): Promise<Buffer> {
  try {
    return await buffer(await store.get(path));
  } catch (error) {
    if (errorCode(error) !== 'object-not-found') throw error;
    throw new CodedError('backup-not-found', `there is no backup ${backupId}: ${path} is not in the store`, {
      facts: { backupId },
    });
  }
}

/** A value, or the value of a JSON text, in the shape that it must have. */
function understand<Shape extends z.ZodType>(shape: Shape, given: unknown, path: string): z.infer<Shape> {
  let value = given;
  if (typeof given === 'string') {
    try {
      value = JSON.parse(given);
    } catch (error) {
      throw damaged(path, 'it is no JSON', error);
    }
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'another shape'}`, parsed.error);
}

function damaged(path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('object-damaged', `manifest ${path} cannot be used: ${what}`, {
    cause,
    facts: { path },
  });
}
