import { CodedError } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { canRestore, type ReadableBackup } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { decodeObjects } from './decode-objects.ts';
import { findingOf } from './finding-of.ts';
import { proveObjects } from './prove-objects.ts';
import type { Finding, VerificationLevel } from '../../model/verification.ts';
import type { VerificationReport } from './report.ts';
import { rehearse, restoreAndCompare } from './restore-and-compare.ts';
import type { Verification } from './verification.ts';

/**
 * Verifies a backup up to a level. All that is damaged is named, not the first alone. Throws only what says nothing of
 * the backup: a store that does not answer, a full disk, an abort.
 */
export async function verifyBackup(
  verification: Verification,
  backupId: string,
  level: VerificationLevel,
): Promise<VerificationReport> {
  const { reader, clock } = verification;
  const begun = clock.now();
  const found = await examine(verification, backupId, level);
  return {
    backupId,
    type: reader.type,
    ...found,
    ok: found.findings.length === 0,
    durationMs: clock.now() - begun,
  };
}

type Found = Pick<VerificationReport, 'level' | 'findings' | 'notes' | 'manifests' | 'objects' | 'bytes'>;

async function examine(work: Verification, backupId: string, level: VerificationLevel): Promise<Found> {
  const { reader, catalog } = work;
  const findings: Finding[] = [];
  let manifests = 0;
  let backup: ReadableBackup;
  const nothing = { level: 1, findings, notes: [], manifests, objects: 0, bytes: 0 } as const;
  try {
    await catalog.read(reader.type, backupId);
    manifests = await chainLength(catalog, { type: reader.type, backupId }, findings);
    backup = await reader.read(backupId);
  } catch (error) {
    const finding = findingOf(error, reader.type);
    const known = findings.some(({ object }) => object === finding.object);
    return known ? { ...nothing, manifests } : { ...nothing, findings: [...findings, finding] };
  }
  const objects = [...new Map(backup.objects.map((object) => [object.path, object])).values()];
  const read = { manifests, objects: objects.length, bytes: sum(objects) };
  work.begin(read);
  if (level === 1) {
    const proven = await proveObjects(work, objects);
    findings.push(...proven.findings);
    return { level: 1, findings, notes: [], ...read, bytes: proven.bytes };
  }
  const decoded = await decodeObjects(work, backup, objects);
  findings.push(...decoded.findings);
  const { notes } = decoded;
  if (level === 2 || findings.length > 0) return { level: 2, findings, notes, ...read };
  if (canRestore(reader)) {
    findings.push(...(await restoreAndCompare(work, reader, backupId)));
    return { level: 3, findings, notes, ...read, bytes: 2 * read.bytes };
  }
  const rehearsed = await rehearse(work, reader, backupId);
  findings.push(...rehearsed.findings);
  return rehearsed.left === null
    ? { level: 3, findings, notes, ...read, bytes: 2 * read.bytes }
    : { level: 2, findings, notes: [...notes, rehearsed.left], ...read };
}

/** Every link is read and compared with the digest that its child names; a broken one is a finding. */
async function chainLength(
  catalog: BackupCatalog,
  { type, backupId }: { readonly type: BackupType; readonly backupId: string },
  findings: Finding[],
): Promise<number> {
  try {
    return (await catalog.chain(type, backupId)).length;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    findings.push(findingOf(error, type));
    return 1;
  }
}

function sum(objects: readonly { readonly sealedBytes: number }[]): number {
  return objects.reduce((total, { sealedBytes }) => total + sealedBytes, 0);
}
