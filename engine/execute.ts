import type { AnySink, Direct } from './endpoint.ts';
import { type Exchange, withBody } from './exchange.ts';
import type { Route } from './route.ts';

/** A message that a route sends. Queue messages leave when the whole route has succeeded. */
export interface Send {
  readonly endpoint: AnySink;
  readonly body: unknown;
}

/** What running a route once comes to. */
export interface Execution<Reply> {
  readonly reply: Reply;
  readonly sends: readonly Send[];
}

/** Answers for direct endpoints. */
export type Call = (endpoint: Direct<never>, exchange: Exchange<unknown>) => Promise<Execution<unknown>>;

/**
 * Runs a route once, purely: nothing is sent, what would be is returned. Without `call`, messages to direct endpoints
 * are recorded like those to queues, and the body stays as it is.
 */
export async function execute<Deps, Reply>(
  route: Route<Deps, Reply>,
  exchange: Exchange<unknown>,
  deps: Deps,
  call?: Call,
): Promise<Execution<Reply>> {
  const sends: Send[] = [];
  const reply = await follow({ route, deps, call, sends }, 0, exchange);
  return { reply: reply as Reply, sends };
}

interface Run {
  readonly route: Route<never, unknown>;
  readonly deps: unknown;
  readonly call: Call | undefined;
  readonly sends: Send[];
}

/** Runs the steps from one on and returns the body at the end of the line. */
async function follow(run: Run, first: number, exchange: Exchange<unknown>): Promise<unknown> {
  let current = exchange;
  let index = first;
  for (const step of run.route.steps.slice(first)) {
    index += 1;
    switch (step.kind) {
      case 'process':
        current = withBody(current, await step.run(current as Exchange<never>, run.deps as never));
        break;
      case 'filter':
        if (!step.keep(current.body as never)) return current.body;
        break;
      case 'split':
        for (const body of step.parts(current.body as never)) {
          await follow(run, index, withBody(current, body));
        }
        return current.body;
      case 'choose': {
        const value = String((current.body as Readonly<Record<string, unknown>>)[step.key]);
        const endpoint = step.cases[value];
        if (endpoint === undefined) {
          throw new TypeError(`route ${run.route.id}: no case for ${step.key} ${value}`);
        }
        await deliver(run, endpoint, current);
        break;
      }
      case 'to':
        current = withBody(current, await deliver(run, step.endpoint, current));
        break;
    }
  }
  return current.body;
}

/** Sends to a queue, or calls a direct route; returns its reply, or the body as it was. */
async function deliver(run: Run, endpoint: AnySink, exchange: Exchange<unknown>): Promise<unknown> {
  if (endpoint.kind === 'direct' && run.call !== undefined) {
    const { reply, sends } = await run.call(endpoint, exchange);
    run.sends.push(...sends);
    return reply;
  }
  run.sends.push({ endpoint, body: exchange.body });
  return exchange.body;
}
