import { CodedError } from '../errors/coded-error.ts';
import type { VerificationTiming } from './default-verifications.ts';
import type { VerificationSchedule } from './plan-verifications.ts';
import { slotsOfTiming } from './slots-of-timing.ts';

/** Checks verification schedules and prepares their slots. Throws `configuration-invalid` that names each wrong key. */
export function compileVerifications(
  verifications: readonly VerificationTiming[],
): readonly VerificationSchedule[] {
  const problems: string[] = [];
  const compiled = verifications.flatMap(({ timing, ...rest }) => {
    const slots = slotsOfTiming(`verifications.${rest.name}`, timing, problems);
    return slots === undefined ? [] : [{ ...rest, slots }];
  });
  if (problems.length === 0) return compiled;
  throw new CodedError('configuration-invalid', `The verifications are wrong:\n${problems.join('\n')}`, {
    facts: { problems },
  });
}
