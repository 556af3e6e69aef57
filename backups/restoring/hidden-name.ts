import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../../errors/system-code.ts';

/**
 * What lies hidden beside a target: `restoring`, not complete yet; `new`, complete soon, and then in the place of what is
 * there; `replaced`, what was there.
 */
export type HiddenRole = 'restoring' | 'new' | 'replaced';

export interface HiddenName {
  readonly name: string;
  readonly role: HiddenRole;
  /** Whoever made it is at work on it still; null: that was on another machine, and cannot be known. */
  readonly alive: boolean | null;
}

/** Names that this process has in use: its id alone does not tell an earlier life from this one. */
const inUse = new Set<string>();

/** Names do not grow with the machine's. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * A path beside the target for one restore's use: `.<target>.<role>-<machine>-<process>-<random>`. To be given back
 * with `release`, when it is gone.
 */
export function hiddenBeside(target: string, role: HiddenRole): { readonly path: string; release(): void } {
  const name = `.${basename(target)}.${role}-${host}-${process.pid}-${randomBytes(4).toString('hex')}`;
  inUse.add(name);
  return {
    path: join(dirname(target), name),
    release: () => {
      inUse.delete(name);
    },
  };
}

/** The hidden names of a target among those of its folder. */
export function hiddenNames(target: string, names: readonly string[]): HiddenName[] {
  return names.flatMap((name) => {
    const [, of = '', role, on, pid] = shape.exec(name) ?? [];
    // What is to replace a target is itself put together under a hidden name.
    const [, around, as] = shape.exec(of) ?? [];
    const own = of === basename(target) || (around === basename(target) && as === 'new');
    if (!own || !isRole(role)) return [];
    return [{ name, role, alive: on === host ? isAlive(name, Number(pid)) : null }];
  });
}

const shape = /^\.(.+)\.(restoring|new|replaced)-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}$/s;

function isRole(text: string | undefined): text is HiddenRole {
  return text === 'restoring' || text === 'new' || text === 'replaced';
}

function isAlive(name: string, pid: number): boolean {
  if (pid === process.pid) return inUse.has(name);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
