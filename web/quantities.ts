import { html, type Html } from './html.ts';

/** A moment as people read it, with the exact one beside it; a dash for none. */
export function moment(instant: string | null, now: number): Html {
  if (instant === null) return html`<span class="faint">–</span>`;
  const away = Date.parse(instant) - now;
  const near = Math.abs(away) < 1000 ? 'now' : away < 0 ? `${duration(-away)} ago` : `in ${duration(away)}`;
  return html`<time datetime="${instant}" title="${instant}">${near}</time>`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** Milliseconds in the one or two largest units: 2 h 5 min. */
export function duration(ms: number): string {
  const first = units.findIndex(([, size]) => ms >= size);
  if (first === -1) return `${Math.max(0, Math.round(ms))} ms`;
  let rest = ms;
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? [] : [`${count} ${unit}`];
    })
    .join(' ');
}

/** 1536 → 1.5 KiB */
export function bytes(count: number): string {
  const power = count === 0 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), 4);
  const value = count / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? ''}`;
}

/** 1 object, 2 objects */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
