import type { Clock } from '../../engine/clock.ts';
import type { ManifestObject } from '../../model/manifest.ts';

/** Objects that were proven since a verification was asked for: it need not look at them again. */
export interface ProvenObjects {
  has(object: ManifestObject): boolean;
  /** To be called before the object is looked at; what it returns, when it was found whole. */
  looking(object: ManifestObject): () => void;
}

/** Some 200 bytes each; what falls out is looked at once more. */
const remembered = 200_000;

/**
 * Remembers when objects were found whole. Backups share objects with those that they build on: of a day's verifications,
 * all asked for at once, each object is looked at by one alone.
 */
export function rememberProven(clock: Clock): { since(askedAt: number): ProvenObjects } {
  const seen = new Map<string, { readonly sha256: string; readonly at: number }>();
  return {
    since: (askedAt) => ({
      has({ path, sealedSha256 }) {
        const found = seen.get(path);
        return found?.sha256 === sealedSha256 && found.at >= askedAt;
      },
      looking({ path, sealedSha256: sha256 }) {
        const at = clock.now();
        return () => {
          seen.delete(path);
          seen.set(path, { sha256, at });
          const [oldest] = seen.keys();
          if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
        };
      },
    }),
  };
}
