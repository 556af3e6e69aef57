import type { AnyRoute } from './route.ts';
import { targetsOf } from './targets-of.ts';

/** A route in one line, for people and programs. */
export interface RouteListing {
  readonly id: string;
  /** e.g. `timer:backup-scheduler` */
  readonly from: string;
  readonly steps: readonly string[];
  readonly to: readonly string[];
  readonly onError: string;
}

export function listRoutes(routes: readonly AnyRoute[]): readonly RouteListing[] {
  return routes.map((route) => ({
    id: route.id,
    from: `${route.from.kind}:${route.from.name}`,
    steps: route.steps.flatMap((step) => {
      if (step.kind === 'to') return [];
      return [
        step.kind === 'process' ? step.name : `${step.kind} ${step.kind === 'choose' ? step.key : step.name}`,
      ];
    }),
    to: targetsOf(route).map(({ kind, name }) => `${kind}:${name}`),
    onError: route.onError.name,
  }));
}
