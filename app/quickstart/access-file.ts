import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What scripts need to go on from a quickstart: where it serves, its keys, its sources and its store. Mode 0600. */
const accessFile = z.object({
  url: z.url(),
  adminKey: z.string().min(1),
  viewerKey: z.string().min(1),
  tenantIds: z.array(z.uuid()),
  sources: z.object({ duckdb: z.string(), parquet: z.string() }),
  store: z.string(),
  configuration: z.string(),
});
export type Access = Readonly<z.infer<typeof accessFile>>;

/** The access file of an earlier start; undefined when there is none, or none that can be used. */
export async function readAccess(file: string): Promise<Access | undefined> {
  try {
    return accessFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeAccess(file: string, access: Access): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, file);
}
