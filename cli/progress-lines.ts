import { bytes, duration } from '../web/quantities.ts';
import type { Cli } from './cli.ts';

const everyMs = 2000;

/** Says on standard error, every two seconds, how much of `total` is done, how fast, and how long the rest takes. */
export function progressLines(
  cli: Cli,
  total: number,
  shown: (count: number) => string = bytes,
): (count: number) => void {
  let begun: number | undefined;
  let done = 0;
  let said = 0;
  return (count) => {
    const now = performance.now();
    begun ??= said = now;
    done += count;
    if (now - said < everyMs) return;
    said = now;
    const rate = (done / (now - begun)) * 1000;
    const left = duration((Math.max(0, total - done) / rate) * 1000);
    const part = total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
    cli.err(
      `${shown(done)} of ${shown(total)} (${part} %), ${shown(Math.round(rate))}/s, about ${left} left`,
    );
  };
}
