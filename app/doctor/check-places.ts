import { constants } from 'node:fs';
import { access, mkdir, stat, statfs } from 'node:fs/promises';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { bytes } from '../../web/quantities.ts';
import { configuredTypes } from '../wiring/configured-types.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';

/** Sources that are files or folders of this machine can be read. Warns when no source is configured at all. */
export async function checkSources(configuration: Pick<Configuration, 'sources'>): Promise<Diagnosis[]> {
  const { duckdb, parquet, kms } = configuration.sources;
  if (configuredTypes(configuration).size === 0) {
    const found = 'no source is configured: nothing is backed up';
    return [{ check: 'sources', state: 'warn', found, advice: 'set sources.*, see docs/configuration.md' }];
  }
  const places = [
    ['duckdb', duckdb.file],
    ['parquet', parquet.folder],
    ['kms', kms.kind === 'local' ? kms.file : null],
  ] as const;
  return Promise.all(
    places.flatMap(([type, path]) => {
      if (path === null) return [];
      const check = `source ${type}`;
      const look = async (): Promise<Diagnosis> => {
        await access(path, constants.R_OK);
        return well(check, `${path} can be read`);
      };
      return [diagnose(check, look, `correct sources.${type}, or let this user read it`)];
    }),
  );
}

/** The scratch folder can be written and has room for a copy of the DuckDB file. */
export function checkScratch({
  sources,
  scratch: { folder },
}: Pick<Configuration, 'sources' | 'scratch'>): Promise<Diagnosis> {
  const check = 'scratch';
  const advice = 'make room, or set scratch.folder to a larger disk';
  return diagnose(
    check,
    async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
      const { bavail, bsize } = await statfs(folder);
      const { file } = sources.duckdb;
      const needed = file === null ? 0 : await stat(file).then(({ size }) => size, nothingThere);
      if (bavail * bsize < needed) {
        throw new CodedError(
          'scratch-full',
          `${folder} has ${bytes(bavail * bsize)} free, and a copy of ${file ?? ''} needs ${bytes(needed)}`,
        );
      }
      return well(check, `${folder} can be written, ${bytes(bavail * bsize)} free`);
    },
    advice,
  );
}

/** That the source is missing is said by the check of the sources. */
function nothingThere(): number {
  return 0;
}
