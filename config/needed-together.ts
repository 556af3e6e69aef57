import { isObject } from './known-keys.ts';

interface Rule {
  readonly key: string;
  /** Whether the key's value calls for the others. */
  readonly calls: (value: string) => boolean;
  readonly needs: readonly string[];
}

const is = (wanted: string) => (value: string) => value === wanted;

const rules: readonly Rule[] = [
  { key: 'store.kind', calls: is('folder'), needs: ['store.folder'] },
  { key: 'store.kind', calls: is('s3'), needs: ['store.s3.bucket'] },
  { key: 'keys.kind', calls: is('local'), needs: ['keys.file'] },
  { key: 'keys.kind', calls: is('kms'), needs: ['keys.kmsKeyArn'] },
  { key: 'sources.kms.kind', calls: is('local'), needs: ['sources.kms.file'] },
  { key: 'ledger.kind', calls: is('tigerbeetle'), needs: ['ledger.addresses'] },
  {
    key: 'api.tokens.jwksUrl',
    calls: (url) => url !== '',
    needs: ['api.tokens.issuer', 'api.tokens.audience', 'api.tokens.rolesClaim'],
  },
];

/** What is empty though the value of another key calls for it, as sentences. */
export function missingTogether(properties: object): readonly string[] {
  const valueOf = (key: string): unknown =>
    key.split('.').reduce<unknown>((part, own) => (isObject(part) ? part[own] : undefined), properties);
  return rules.flatMap(({ key, calls, needs }) => {
    const value = valueOf(key);
    if (typeof value !== 'string' || !calls(value)) return [];
    return needs
      .filter((needed) => valueOf(needed) === '')
      .map((needed) => `${needed}: must not be empty, since ${key} is "${value}"`);
  });
}
