import convict from 'convict';
import type { z } from 'zod';
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
      text('duration', durationHint, (value) => durationMs(value) !== undefined),
      text('redis', 'a redis://, rediss://, redis-sentinel:// or rediss-sentinel:// URL', (value) =>
        /^rediss?(-sentinel)?:\/\/./.test(value),
      ),
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
