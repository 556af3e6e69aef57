import type { ManifestObject } from '../../../model/manifest.ts';
import type { Parent } from '../choose-parent.ts';
import type { DuckdbDetails, Layout } from '../manifest.ts';
import type { Export } from './export-chunks.ts';
import { chunkKey, type Place } from './plan-chunks.ts';

export interface FileList {
  /** Where chunks lie, by index into all files. */
  readonly known: ReadonlyMap<string, Place>;
  add(what: Export, object: ManifestObject): void;
  /** Where a chunk lies, by index into those that are used. */
  use(key: string): Place;
  used(): UsedFiles;
}

export interface UsedFiles {
  readonly files: DuckdbDetails['files'];
  readonly layouts: Layout[];
  readonly objects: ManifestObject[];
}

interface File {
  readonly object: ManifestObject;
  readonly layout: Layout;
}

/** The files of the parent and new ones; those that no chunk needs any more are left out at the end. */
export function createFileList(parent: Parent): FileList {
  const files: File[] = [];
  const known = new Map<string, Place>();
  if ('manifest' in parent) addParent(parent, files, known);
  const positions = new Map<number, number>();
  return {
    known,
    add({ table, layout, chunks }, object) {
      const file = files.push({ object, layout }) - 1;
      let offset = 0;
      for (const chunk of chunks) {
        known.set(chunkKey(table.columns, chunk), { file, offset });
        offset += chunk.rows;
      }
    },
    use(key) {
      const place = known.get(key);
      if (!place) throw new Error('a chunk was planned and not stored');
      const file = positions.get(place.file) ?? positions.size;
      positions.set(place.file, file);
      return { file, offset: place.offset };
    },
    used() {
      const used = [...positions.keys()].map((file) => files[file]).filter((file) => file !== undefined);
      const layouts = new Map<string, { readonly index: number; readonly layout: Layout }>();
      return {
        objects: used.map(({ object }) => object),
        files: used.map(({ object, layout }) => {
          const text = JSON.stringify(layout);
          const { index } = layouts.get(text) ?? { index: layouts.size };
          layouts.set(text, { index, layout });
          return { path: object.path, layout: index, rows: object.rows ?? 0 };
        }),
        layouts: [...layouts.values()].map(({ layout }) => layout),
      };
    },
  };
}

function addParent(
  { manifest, details }: Extract<Parent, { manifest: unknown }>,
  files: File[],
  known: Map<string, Place>,
): void {
  const objects = new Map(manifest.body.objects.map((object) => [object.path, object]));
  const positions = details.files.map(({ path, layout }) => {
    const [object, described] = [objects.get(path), details.layouts[layout]];
    return object && described ? files.push({ object, layout: described }) - 1 : undefined;
  });
  for (const { columns, chunks } of details.tables) {
    for (const [, rows, sum, xor, file, offset, placed = ''] of chunks) {
      const position = positions[file];
      if (position === undefined) continue;
      known.set(chunkKey(columns, { rows, sum, xor, placed }), { file: position, offset });
    }
  }
}
