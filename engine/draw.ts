import type { AnyRoute } from './route.ts';
import type { Step } from './step.ts';

/**
 * The routes as a mermaid flowchart: a box for each route with its steps, an arrow for each way a message takes. Queues
 * and timers stand between them; a direct endpoint is an arrow from route to route.
 */
export function drawRoutes(routes: readonly AnyRoute[]): string {
  const servedBy = new Map(routes.map((route) => [`${route.from.kind}:${route.from.name}`, route.id]));
  const lines = new Set<string>(['flowchart LR']);
  for (const route of routes) {
    lines.add(`  ${route.id}["${[`<b>${route.id}</b>`, ...route.steps.flatMap(stepText)].join('<br/>')}"]`);
    if (route.from.kind !== 'direct') {
      lines.add(place(route.from));
      lines.add(`  ${placeId(route.from)} --> ${route.id}`);
    }
    const { deadLetter } = route.onError;
    if (deadLetter !== undefined) {
      lines.add(place(deadLetter));
      lines.add(`  ${route.id} -. gives up .-> ${placeId(deadLetter)}`);
    }
    for (const [target, label] of route.steps.flatMap(arrows)) {
      const direct = target.kind === 'direct' ? servedBy.get(`direct:${target.name}`) : undefined;
      if (direct === undefined) lines.add(place(target));
      lines.add(`  ${route.id} ${label === '' ? '-->' : `-- ${label} -->`} ${direct ?? placeId(target)}`);
    }
  }
  return [...lines].join('\n');
}

interface Place {
  readonly kind: 'queue' | 'timer' | 'direct';
  readonly name: string;
}

function placeId({ kind, name }: Place): string {
  return `${kind}-${name}`;
}

function place(endpoint: Place): string {
  const { kind, name } = endpoint;
  const shape = { queue: `[("${name}")]`, timer: `(["timer ${name}"])`, direct: `("${name}")` }[kind];
  return `  ${placeId(endpoint)}${shape}`;
}

function stepText(step: Step): readonly string[] {
  switch (step.kind) {
    case 'process':
      return [step.name];
    case 'filter':
      return [`only if ${step.name}`];
    case 'split':
      return ['for each'];
    case 'choose':
      return [`by ${step.key}`];
    case 'to':
      return [];
  }
}

function arrows(step: Step): readonly (readonly [Place, string])[] {
  if (step.kind === 'to') return [[step.endpoint, '']];
  if (step.kind !== 'choose') return [];
  return Object.entries(step.cases).map(([value, endpoint]) => [endpoint, value]);
}
