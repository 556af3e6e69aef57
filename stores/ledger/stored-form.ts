import { z } from 'zod';
import type { Account, Transfer } from './port.ts';

const big = z.string().transform(BigInt);

const storedAccount = z.object({
  id: big,
  debitsPending: big,
  debitsPosted: big,
  creditsPending: big,
  creditsPosted: big,
  userData128: big,
  userData64: big,
  userData32: z.number(),
  ledger: z.number(),
  code: z.number(),
  flags: z.number(),
  timestamp: big,
});

const storedTransfer = z.object({
  id: big,
  debitAccountId: big,
  creditAccountId: big,
  amount: big,
  pendingId: big,
  userData128: big,
  userData64: big,
  userData32: z.number(),
  timeout: z.number(),
  ledger: z.number(),
  code: z.number(),
  flags: z.number(),
  timestamp: big,
});

/** JSON with big integers as decimal text. */
export function toStored(value: Account | Transfer): string {
  return JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? String(field) : field));
}

export const readAccount = (stored: string): Account => storedAccount.parse(JSON.parse(stored));
export const readTransfer = (stored: string): Transfer => storedTransfer.parse(JSON.parse(stored));

/** Member of a time index: sorts as text by timestamp, and tells the id. */
export function timeMember(timestamp: bigint, id: bigint): string {
  return `${String(timestamp).padStart(20, '0')}:${id}`;
}

export function idOfMember(member: string): string {
  return member.slice(21);
}

export function timestampOfMember(member: string | undefined): bigint {
  return member === undefined ? 0n : BigInt(member.slice(0, 20));
}
