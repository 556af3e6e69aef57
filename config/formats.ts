import convict from 'convict';
import type { z } from 'zod';
import { redisUrlProblem } from '../engine/redis-url.ts';
import { durationHint, durationMs } from './duration.ts';
import { scheduleEntries } from './schedule-entry.ts';
import { verificationEntries } from './verification-entry.ts';

/** A format for one kind of text, with what is allowed in words. */
function text(name: string, allowed: string, accepts: (value: string) => boolean): convict.Format {
  return {
    name,
    validate(value: unknown) {
      if (typeof value !== 'string' || !accepts(value)) throw new Error(`must be ${allowed}`);
    },
  };
}

/**
 * A value that the environment can give as text alone. Text that does not read as one stays text and is refused: convict's
 * own formats take `no` for true and the start of `1e3` for 1.
 */
function readAs(
  name: string,
  allowed: string,
  is: { read: (text: string) => boolean | number | undefined; accepts: (value: unknown) => boolean },
): convict.Format {
  return {
    name,
    validate(value: unknown) {
      if (!is.accepts(value)) throw new Error(`must be ${allowed}`);
    },
    coerce: (value: unknown): unknown => (typeof value === 'string' ? (is.read(value) ?? value) : value),
  };
}

function wholeNumber(name: string, allowed: string, largest: number): convict.Format {
  return readAs(name, allowed, {
    read: (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= largest,
  });
}

/** A list of entries, each checked; from the environment it comes as JSON. */
function entries(name: string, schema: z.ZodType): convict.Format {
  return {
    name,
    validate(value: unknown) {
      const parsed = schema.safeParse(value);
      if (parsed.success) return;
      const wrong = parsed.error.issues.map(({ path, message }) =>
        path.length > 0 ? `[${path.join('.')}] ${message}` : message,
      );
      throw new Error(wrong.join('; '));
    },
    coerce: (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : value),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

convict.addFormats(
  Object.fromEntries(
    [
      readAs('true-or-false', 'true or false', {
        read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
        accepts: (value) => typeof value === 'boolean',
      }),
      wholeNumber('whole-number', 'a whole number from 0', Number.MAX_SAFE_INTEGER),
      wholeNumber('port-number', 'a port from 0 to 65535', 65_535),
      wholeNumber('niceness', 'a whole number from 0 to 19', 19),
      text('filled', 'text that is not empty', (value) => value.trim() !== ''),
      text('duration', durationHint, (value) => durationMs(value) !== undefined),
      {
        name: 'redis',
        validate(value: unknown) {
          const problem = redisUrlProblem(typeof value === 'string' ? value : '');
          if (problem !== undefined) throw new Error(problem);
        },
      },
      text('prefix', '1 to 40 letters, digits, . _ -', (value) => /^[A-Za-z0-9._-]{1,40}$/.test(value)),
      text(
        'optional-url',
        'an http(s) URL, or empty',
        (value) => value === '' || /^https?:\/\/./.test(value),
      ),
      entries('schedules', scheduleEntries),
      entries('verifications', verificationEntries),
    ].map((format) => [format.name, format]),
  ) as Record<string, convict.Format>,
);

/** convict, knowing the formats that the schema uses. */
export { convict };
