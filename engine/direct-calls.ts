import { CodedError } from '../errors/coded-error.ts';
import type { Direct } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import { type Call, execute, type Execution } from './execute.ts';
import type { AnyRoute } from './route.ts';
import { targetsOf } from './targets-of.ts';

/**
 * Answers for the direct endpoints that these routes serve. A direct route that must handle one request at a time
 * queues the others, in order of arrival.
 */
export function directCalls(routes: readonly AnyRoute[], deps: unknown): Call {
  const served = new Map<string, AnyRoute>();
  for (const route of routes) if (route.from.kind === 'direct') served.set(route.from.name, route);
  const lines = new Map<string, Promise<unknown>>();

  const run = (route: AnyRoute, exchange: Exchange<unknown>): Promise<Execution<unknown>> =>
    execute(route, exchange, deps as never, call);

  async function call(endpoint: Direct<never>, exchange: Exchange<unknown>): Promise<Execution<unknown>> {
    const route = served.get(endpoint.name);
    if (route === undefined) {
      throw new CodedError('route-not-found', `No route that serves ${endpoint.name} runs in this process.`);
    }
    if (!endpoint.oneAtATime) return run(route, exchange);
    const before = lines.get(endpoint.name) ?? Promise.resolve();
    const execution = before.then(() => run(route, exchange));
    lines.set(
      endpoint.name,
      execution.catch(() => undefined),
    );
    return execution;
  }
  return call;
}

/** Throws when a route leads to a direct endpoint that none of them serves, or when two serve the same source. */
export function checkWiring(routes: readonly AnyRoute[]): void {
  const sources = new Set<string>();
  for (const route of routes) {
    if (sources.has(route.from.name)) throw new TypeError(`two routes read from ${route.from.name}`);
    sources.add(route.from.name);
  }
  for (const route of routes) {
    for (const endpoint of targetsOf(route)) {
      if (endpoint.kind === 'direct' && !sources.has(endpoint.name)) {
        throw new TypeError(`route ${route.id} leads to ${endpoint.name}, which no route serves`);
      }
    }
  }
}
