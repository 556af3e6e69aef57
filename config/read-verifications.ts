import { CodedError } from '../errors/coded-error.ts';
import { backupTypes } from '../model/backup-kind.ts';
import { defaultVerifications, type VerificationTiming } from '../scheduling/default-verifications.ts';
import { timingOf } from './timing-of.ts';
import type { VerificationEntry } from './verification-entry.ts';

/**
 * The default verifications with the configured changes, then the configured further ones. Throws
 * `configuration-invalid`.
 */
export function readVerifications(entries: readonly VerificationEntry[]): readonly VerificationTiming[] {
  const isDefault = (entry: VerificationEntry): boolean =>
    defaultVerifications.some(({ name }) => name === entry.name);
  const changed = defaultVerifications.map((one) => {
    const entry = entries.find(({ name }) => name === one.name);
    return entry === undefined ? one : changedBy(entry, one);
  });
  const further = entries.filter((entry) => !isDefault(entry)).map((entry) => changedBy(entry, {}));
  return [...changed, ...further];
}

function changedBy(entry: VerificationEntry, from: Partial<VerificationTiming>): VerificationTiming {
  const { name } = entry;
  const level = entry.level ?? from.level;
  const of = entry.of ?? from.of;
  const timing = timingOf(entry, from.timing);
  if (level === undefined || of === undefined || timing === undefined) {
    const lacks = level === undefined ? 'level' : of === undefined ? 'of' : 'every or cron';
    throw new CodedError(
      'configuration-invalid',
      `verifications: ${name} is no default verification and lacks ${lacks}`,
    );
  }
  return {
    ...{ name, level, of, timing },
    types: entry.types ?? from.types ?? backupTypes,
    enabled: entry.enabled ?? from.enabled ?? true,
  };
}
