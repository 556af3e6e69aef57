export const keyPurposes = ['signing', 'encryption'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

/** Facts as the service gives them; JSON, never key material. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** One key of a tenant, as far as its service tells. */
export interface TenantKey {
  readonly purpose: KeyPurpose;
  /** The service's own name of it: an ARN, or `local:…`. */
  readonly keyId: string;
  /** What it is for and made of, e.g. `SYMMETRIC_DEFAULT`, `ECC_NIST_P256`. */
  readonly spec: string;
  readonly enabled: boolean;
  readonly multiRegion: boolean;
  readonly description: string;
  /** Creation, state, origin, usage, algorithms. */
  readonly facts: Facts;
  /** Policy documents by name, verbatim. */
  readonly policies: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Each as one JSON document, without tokens. */
  readonly grants: readonly string[];
  /** Null where the kind of key has none. */
  readonly rotation: {
    readonly enabled: boolean;
    readonly periodInDays: number | null;
    readonly rotatedAt: readonly string[];
  } | null;
  /** PEM (SPKI); null for symmetric keys. */
  readonly publicKey: string | null;
}

/**
 * What shows that a key works: the sealed probe and the digest of what is in it, or a signature that the public key
 * verified.
 */
export interface KeyProbe {
  readonly kind: 'sealed-and-opened' | 'signed-and-verified';
  /** Base64: the sealed probe, or the signature over the probe. */
  readonly result: string;
  /** SHA-256 of the probe, hex. */
  readonly probeSha256: string;
}

/**
 * The key's copy in the second region, made when there was none. Its probe was opened, or made, over there; null as for
 * the key.
 */
export interface KeyReplica {
  readonly region: string;
  readonly keyId: string;
  readonly made: boolean;
  readonly probe: KeyProbe | null;
}

/** Something secret of a tenant, wrapped for its key: a data key, or (where the service gives it out) the key itself. */
export interface WrappedSecret {
  readonly id: string;
  readonly kind: 'data-key' | 'encryption-key' | 'signing-key';
  /** The key that it is wrapped for; null where the service keeps it without. */
  readonly keyId: string | null;
  /** Base64; null where the service keeps it without. */
  readonly ciphertext: string | null;
  /** What it was wrapped with, and must be given to unwrap it. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Where tenants' keys live. Every call ends within a deadline. Errors: `tenant-not-found`, `tenant-key-unusable` (it is
 * disabled, its policy refuses, a probe does not open), `keys-unavailable` (the service does not answer). None of them
 * holds key material or a plain byte of a probe.
 */
export interface TenantKeys {
  /** e.g. `aws-kms eu-west-1`, `local`. */
  readonly service: string;
  /** The second region, where one is configured. */
  readonly replicaRegion: string | null;
  /** Ids of all tenants that have a key, in lower case, sorted. The other calls take an id in either case. */
  tenants(): Promise<readonly string[]>;
  /** Every key of the tenant that there is, signing before encryption; at least one. */
  keys(tenantId: string): Promise<readonly TenantKey[]>;
  /**
   * Seals and opens, or signs and verifies against `publicKey`, fresh random bytes. Null for a kind of key whose
   * signatures cannot be verified here.
   */
  probe(tenantId: string, key: TenantKey): Promise<KeyProbe | null>;
  /** Makes the replica where it is missing, and proves it; null where the key cannot have one or none is configured. */
  replica(tenantId: string, key: TenantKey): Promise<KeyReplica | null>;
  /** Ids of all tenants that have secrets, in lower case, sorted; one may have no key. */
  tenantsWithSecrets(): Promise<readonly string[]>;
  secrets(tenantId: string): Promise<readonly WrappedSecret[]>;
  /**
   * The plain secret; whoever asks overwrites it as soon as it is wrapped again. Null where its key is not enabled and
   * the service therefore keeps it to itself.
   */
  unwrap(tenantId: string, secret: WrappedSecret): Promise<Uint8Array | null>;
  close(): void;
}
