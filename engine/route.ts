import type { Direct, Queue, QueueSink, Sink, Source, Tick, Timer } from './endpoint.ts';
import type { ErrorPolicy } from './error-policy.ts';
import type { AnyProcessor, Processor } from './exchange.ts';
import type { Step } from './step.ts';

/** A finished route: frozen data that the runner runs, the drawing draws and the CLI lists. */
export interface Route<in Deps, out Reply> {
  readonly id: string;
  readonly from: Source;
  readonly onError: ErrorPolicy;
  readonly steps: readonly Step[];
  /** Type only: what the steps need, and the body after the last step. */
  readonly needs?: (deps: Deps) => Reply;
}
export type AnyRoute = Route<never, unknown>;

/** What all of these routes need together. */
export type Needs<R> = (R extends Route<infer Deps, unknown> ? (deps: Deps) => void : never) extends (
  deps: infer All,
) => void
  ? All
  : never;

/** What a path is whose last body is not the reply that its direct endpoint promises: no route yet. */
interface Unanswered<Owed, Reply> {
  readonly owes: Owed;
  readonly has: Reply;
}

/**
 * A route so far. `Early` is what it replies where a filter or split ended the line, `Divided` whether a split did:
 * a route that splits replies what was split, one that filters what did not pass, all others the last body.
 */
export type Path<Body, Deps, Owed, Early, Divided extends boolean> = Verbs<Body, Deps, Owed, Early, Divided> &
  End<Deps, Owed, Divided extends true ? Early : Early | Body>;
type End<Deps, Owed, Reply> = [Reply] extends [Owed] ? Route<Deps, Reply> : Unanswered<Owed, Reply>;

interface Verbs<Body, Deps, Owed, Early, Divided extends boolean> {
  /** The function's own name is the step's id. */
  process<Out, Needed>(step: Processor<Body, Out, Needed>): Path<Out, Deps & Needed, Owed, Early, Divided>;
  /** The line ends here for a body that is not kept. */
  filter<Kept extends Body>(
    keep: (body: Body) => body is Kept,
  ): Path<Kept, Deps, Owed, Divided extends true ? Early : Early | Exclude<Body, Kept>, Divided>;
  /** One message for each part. */
  split<Part>(
    parts: (body: Body) => readonly Part[],
  ): Path<Part, Deps, Owed, Divided extends true ? Early : Early | Body, true>;
  /** Exhaustive: a case that the union has and the table lacks does not compile. The body stays as it is. */
  choose<Key extends keyof Body & string>(
    key: Key,
    cases: { readonly [Case in Body[Key] & string]: Sink<Body & Readonly<Record<Key, Case>>> },
  ): End<Deps, Owed, Divided extends true ? Early : Early | Body>;
  /** A queue takes a message and the body stays as it is; a direct route answers, and its reply is the next body. */
  to(endpoint: QueueSink<Body>): Path<Body, Deps, Owed, Early, Divided>;
  to<Reply>(endpoint: Direct<Body, Reply>): Path<Reply, Deps, Owed, Early, Divided>;
}

interface Start {
  from(source: Timer): Path<Tick, unknown, unknown, never, false>;
  from<Body>(source: Queue<Body>): Path<Body, unknown, unknown, never, false>;
  from<Body, Reply>(source: Direct<Body, Reply>): Path<Body, unknown, Reply, never, false>;
}

/** Begins a route. Each verb returns a new frozen value; importing a route opens nothing. */
export function route(id: string, onError: ErrorPolicy): Start {
  return { from: (source: Source) => path({ id, from: source, onError, steps: [] }) as never };
}

function path(so: AnyRoute): unknown {
  const and = (step: Step): unknown => path({ ...so, steps: [...so.steps, Object.freeze(step)] });
  const verbs = {
    process: (run: AnyProcessor) => and({ kind: 'process', name: named(so.id, run), run }),
    filter: (keep: (body: never) => boolean) => and({ kind: 'filter', name: named(so.id, keep), keep }),
    split: (parts: (body: never) => readonly unknown[]) =>
      and({ kind: 'split', name: parts.name === '' ? 'each' : parts.name, parts }),
    choose: (key: string, cases: Readonly<Record<string, Sink<never>>>) =>
      and({ kind: 'choose', key, cases: Object.freeze({ ...cases }) }),
    to: (endpoint: Sink<never>) => and({ kind: 'to', endpoint }),
  };
  return Object.freeze({ ...so, steps: Object.freeze(so.steps), ...verbs });
}

function named(route: string, step: { readonly name: string }): string {
  if (step.name === '') throw new TypeError(`route ${route}: a step must be a function with a name`);
  return step.name;
}
