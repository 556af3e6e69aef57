import type { BackupType } from '../model/backup-kind.ts';
import type { ManifestObject } from '../model/manifest.ts';

/** What a restore of one backup reads, known from its manifests alone. */
export interface ReadableBackup {
  /** Every object, in the order in which it is read, and as often. */
  readonly objects: readonly ManifestObject[];
  /**
   * Decodes all of an opened object, whose plain bytes lie in `file`, and compares what the manifest says of its
   * content. Throws `object-damaged`. Returns what is worth knowing and no damage of the backup (the source's own file
   * cannot be decoded), else null.
   */
  decode(object: ManifestObject, file: string): Promise<string | null>;
}

/** Rows that belong to one of many: those that have this id in that column. */
export interface Tenant {
  readonly id: string;
  readonly column: string;
}

/** What of a backup is restored, where its type has tables; all of it when empty. */
export interface Selection {
  /** `name` or `schema.name`. */
  readonly tables?: readonly string[];
  readonly tenant?: Tenant;
}

/** What a restore will do, known before it begins. */
export interface RestoreOutline {
  /** What it reads, in order. */
  readonly objects: readonly ManifestObject[];
  /** Bytes that it needs at most where the target is. */
  readonly neededBytes: number;
  /** What is chosen and left out, in words; empty when all is restored. */
  readonly lines: readonly string[];
}

/** Reads the backups of one type. */
export interface BackupReader {
  readonly type: BackupType;
  /** Throws `backup-not-found`, `object-damaged`. */
  read(backupId: string): Promise<ReadableBackup>;
}

export interface RestoreRequest extends Selection {
  readonly backupId: string;
  /** Does not exist; it appears when all of it is there and proven, and not at all otherwise. */
  readonly to: string;
  readonly signal: AbortSignal;
  /** Plain bytes read since the last call. */
  readonly progress: (bytes: number) => void;
}

/** A constraint that the rows of its table (`schema.name`) do not fulfil any more, as SQL: `CHECK((…))`. */
export interface LeftOutCheck {
  readonly table: string;
  readonly check: string;
}

export interface Restored {
  /** Counts, for people and programs. */
  readonly counts: Readonly<Record<string, number>>;
  /** What could not be brought back because it was broken in the source. */
  readonly notes: readonly string[];
  /** Without these; the notes name them, too. */
  readonly checksLeftOut?: readonly LeftOutCheck[];
}

/** Brings the backups of one type back. */
export interface BackupRestorer extends BackupReader {
  /** Throws `backup-not-found`, `object-damaged`, and `invalid-request` for a selection that cannot be. */
  outline(backupId: string, selection: Selection): Promise<RestoreOutline>;
  restore(request: RestoreRequest): Promise<Restored>;
  /**
   * Compares what was restored, as it lies there, with the fingerprints of the manifest. `scratch` is an empty folder;
   * `checksLeftOut` is what the restore told. Throws `object-damaged`.
   */
  compare(
    backupId: string,
    restored: string,
    work: { readonly scratch: string } & Pick<Restored, 'checksLeftOut'>,
  ): Promise<void>;
}

/** Reads the backups of a type that is restored into a service, of which there is none to try it on. */
export interface RehearsingReader extends BackupReader {
  /**
   * Restores a backup into a place of its own, compares all of it, and leaves nothing behind. Throws `object-damaged`.
   * Returns why it was not tried, or null when it was.
   */
  rehearse(
    backupId: string,
    work: { readonly scratch: string; readonly signal: AbortSignal },
  ): Promise<string | null>;
}

/** What proves the backups of a type to the last level, in one of two ways. */
export type ProvingReader = BackupRestorer | RehearsingReader;

export function canRestore(reader: ProvingReader): reader is BackupRestorer {
  return 'restore' in reader;
}
