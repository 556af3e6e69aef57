import type { AnySink } from './endpoint.ts';
import type { AnyRoute } from './route.ts';

/** Every endpoint that a route can send to, in the order of its steps. */
export function targetsOf(route: AnyRoute): readonly AnySink[] {
  return route.steps.flatMap((step) => {
    if (step.kind === 'to') return [step.endpoint];
    return step.kind === 'choose' ? Object.values(step.cases) : [];
  });
}
