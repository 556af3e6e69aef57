import { errorText } from '../../errors/coded-error.ts';

/** What one check of the doctor found. */
export interface Diagnosis {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null;
}

export function well(check: string, found: string): Diagnosis {
  return { check, state: 'ok', found, advice: null };
}

/** The check's own diagnosis; what it throws is a failure. */
export async function diagnose(
  check: string,
  look: () => Promise<Diagnosis>,
  advice: string,
): Promise<Diagnosis> {
  try {
    return await look();
  } catch (error) {
    return { check, state: 'fail', found: errorText(error), advice };
  }
}
