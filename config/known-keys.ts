/** A key of the schema: one that has a default. */
export interface Leaf {
  readonly doc: string;
  readonly format: unknown;
  readonly default: unknown;
  readonly env: string;
  readonly sensitive?: boolean;
}
type Json = Readonly<Record<string, unknown>>;

export function isLeaf(part: object): part is Leaf {
  return 'default' in part;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What of a file has a place in the schema. All else becomes a problem: a key that does not exist, a value where keys
 * belong, keys where a value belongs (convict would stumble over the latter two).
 */
export function knownKeys(content: Json, schema: object, problems: string[], prefix = ''): Json {
  const parts = new Map<string, unknown>(Object.entries(schema));
  const known: Record<string, unknown> = {};
  for (const [own, value] of Object.entries(content)) {
    const name = prefix + own;
    const part = parts.get(own);
    if (!isObject(part)) {
      problems.push(
        `${name}: there is no such key (its value: ${shown(own, value)}); allowed here are ${[...parts.keys()].join(', ')}`,
      );
    } else if (isLeaf(part)) {
      if (isObject(value)) problems.push(`${name}: must be a value, not an object with keys`);
      else known[own] = value;
    } else if (isObject(value)) {
      known[own] = knownKeys(value, part, problems, `${name}.`);
    } else {
      problems.push(
        `${name}: must be an object with some of ${Object.keys(part).join(', ')}: value was ${shown(own, value)}`,
      );
    }
  }
  return known;
}

/** Whoever mistypes a key may have written a secret behind it. */
function shown(own: string, value: unknown): string {
  const text = JSON.stringify(value);
  const perhapsSecret = /pass|secret|token|key|credential|url|redis/i.test(own) || text.includes('://');
  return perhapsSecret || isObject(value) || text.length > 80 ? 'not shown' : text;
}
