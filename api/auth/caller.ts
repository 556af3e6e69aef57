import type { Role } from './roles.ts';

/** Who asks: the name that events and log keep, and what it may do. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}
