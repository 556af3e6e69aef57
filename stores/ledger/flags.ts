/** Bits of an account's flags, as TigerBeetle numbers them. */
export const accountFlags = {
  linked: 1,
  debitsMustNotExceedCredits: 2,
  creditsMustNotExceedDebits: 4,
  history: 8,
  imported: 16,
  closed: 32,
} as const;

/** Bits of a transfer's flags, as TigerBeetle numbers them. */
export const transferFlags = {
  linked: 1,
  pending: 2,
  postPendingTransfer: 4,
  voidPendingTransfer: 8,
  balancingDebit: 16,
  balancingCredit: 32,
  closingDebit: 64,
  closingCredit: 128,
  imported: 256,
} as const;

export const has = (flags: number, bit: number): boolean => (flags & bit) !== 0;
