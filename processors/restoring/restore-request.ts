import type { RestorableType, RestoreOrder } from '../../model/restore-order.ts';

/** What somebody asks for over the API; its shape is proven, what it names is not. */
export interface RestoreRequest {
  readonly backupType: RestorableType;
  /** A path below the configured folder, or the addresses of the configured cluster. */
  readonly to: string;
  readonly backupId?: string;
  /** ISO-8601; not together with `backupId`. */
  readonly at?: string;
  readonly tables?: readonly string[];
  readonly tenant?: { readonly id: string; readonly column: string };
  readonly reason: string;
  /** Plan it, and nothing more. */
  readonly dryRun: boolean;
  readonly requestedBy: string;
}

/** What a restore will read, known before it begins. */
export interface RestoreForecast {
  readonly backupId: string;
  readonly objects: number;
  readonly plainBytes: number;
  readonly sealedBytes: number;
  /** At most, where the target is; of a ledger, in the worker's scratch folder. */
  readonly neededBytes: number;
  /** By what restores of the type took lately; null where there was none. */
  readonly estimatedSeconds: number | null;
  /** What is chosen and left out, and what is broken and not needed, in words. */
  readonly notes: readonly string[];
}

/** A request with all that it names looked up; its order is null for a rehearsal. */
export interface PlannedRestore {
  readonly plan: RestoreForecast;
  /** Where to, in full. */
  readonly to: string;
  readonly order: RestoreOrder | null;
}
export type OrderedRestore = PlannedRestore & { readonly order: RestoreOrder };

/**
 * Looks up what a request names. Throws `restores-not-configured`, `invalid-request`, `backup-not-found`,
 * `object-damaged`, `restore-target-exists`.
 */
export interface RestorePlanner {
  /** The target in full; never outside the configured place. */
  confine(request: RestoreRequest): Promise<string>;
  forecast(request: RestoreRequest): Promise<RestoreForecast>;
}
