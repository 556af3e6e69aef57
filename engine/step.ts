import type { AnySink } from './endpoint.ts';
import type { AnyProcessor } from './exchange.ts';

/** One step of a route, as data. */
export type Step =
  | { readonly kind: 'process'; readonly name: string; readonly run: AnyProcessor }
  | { readonly kind: 'filter'; readonly name: string; readonly keep: (body: never) => boolean }
  | { readonly kind: 'split'; readonly name: string; readonly parts: (body: never) => readonly unknown[] }
  | { readonly kind: 'choose'; readonly key: string; readonly cases: Readonly<Record<string, AnySink>> }
  | { readonly kind: 'to'; readonly endpoint: AnySink };
