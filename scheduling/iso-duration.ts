/** Milliseconds as an ISO-8601 duration in hours, minutes and seconds: PT15M, PT24H, PT0.5S. */
export function isoDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1_000;
  const parts = [
    hours === 0 ? '' : `${hours}H`,
    minutes === 0 ? '' : `${minutes}M`,
    seconds === 0 ? '' : `${seconds}S`,
  ].join('');
  return parts === '' ? 'PT0S' : `PT${parts}`;
}
