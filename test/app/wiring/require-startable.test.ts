import { expect, it } from '@jest/globals';
import { requireStartable } from '../../../app/wiring/require-startable.ts';
import { folderConfiguration } from '../../support/folder-configuration.ts';

const configuration = folderConfiguration('/store', { keyring: '/keys', recoveryPublicKey: '/public' });

it('refuses paths whose log DuckDB would put elsewhere', () => {
  const { sources, scratch } = configuration;
  const duckdb = (file: string) => ({ ...sources, duckdb: { ...sources.duckdb, file } });
  const refused = expect.objectContaining({ code: 'configuration-invalid' });
  requireStartable({ ...configuration, sources: duckdb('/a/b.duckdb') });
  for (const change of [
    { sources: duckdb('/a/b?c.duckdb') },
    { sources: duckdb('/a?b/c.duckdb') },
    { scratch: { ...scratch, folder: '/a?b' } },
  ])
    expect(() => {
      requireStartable({ ...configuration, ...change });
    }).toThrow(refused);
});
