import pino from 'pino';
import type { Log } from '../../engine/log.ts';

/** JSON lines on standard error; standard output belongs to answers. `name` is the process's. */
export function openLog(name: string, level: string): Log {
  return pino(
    { name, level, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
