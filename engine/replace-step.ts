import type { Processor } from './exchange.ts';
import type { Route } from './route.ts';

/** A new route in which another function of the same shape stands in for a processor; for tests. */
export function replaceStep<Deps, Reply, In, Out, Needed>(
  route: Route<Deps, Reply>,
  step: Processor<In, Out, Needed>,
  replacement: Processor<In, Out, Needed>,
): Route<Deps, Reply> {
  if (!route.steps.some((known) => known.kind === 'process' && known.run === step)) {
    throw new TypeError(`route ${route.id} has no step ${step.name}`);
  }
  const steps = route.steps.map((known) =>
    known.kind === 'process' && known.run === step ? Object.freeze({ ...known, run: replacement }) : known,
  );
  const { id, from, onError } = route;
  return Object.freeze({ id, from, onError, steps: Object.freeze(steps) });
}
