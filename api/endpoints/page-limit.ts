import { z } from 'zod';

/** How many a page holds. */
export const pageLimit = z
  .string()
  .regex(/^0*(?:[1-9]\d{0,2}|1000)$/)
  .meta({ type: 'integer', minimum: 1, maximum: 1000, pattern: undefined })
  .transform(Number)
  .exactOptional()
  .describe('a whole number from 1 to 1000; 50 when left out');
