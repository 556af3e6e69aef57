import { CodedError } from '../../../errors/coded-error.ts';
import type { Manifest, ManifestObject } from '../../../model/manifest.ts';
import type { RestoreOutline, Selection } from '../../backup-restorer.ts';
import { detailsOf, type DuckdbDetails } from '../manifest.ts';
import { chooseItems } from './choose-items.ts';
import type { ChosenTable } from './chosen-table.ts';
import { tenantOutline } from './choose-tenant.ts';
import { piecesOf } from './table-pieces.ts';

/** What a restore of the selection reads, needs and leaves out. Throws `object-damaged`, `invalid-request`. */
export function outlineOf(manifest: Manifest, selection: Selection): RestoreOutline {
  const details = detailsOf(manifest);
  const { tables } = chooseItems(details, selection);
  const { tenant } = selection;
  const objects = objectsOf(manifest, details, tables);
  const all = objectsOf(manifest, details, chooseItems(details, {}).tables);
  return {
    objects,
    neededBytes:
      databaseBytes(manifest, bytesOf(objects), bytesOf(all)) + openedBytes(manifest, details, tables),
    lines: tenant === undefined ? [] : tenantOutline(details.tables, tables, tenant),
  };
}

/** Each object once, in the order in which tables need them. */
export function objectsOf(
  { header, body }: Manifest,
  details: DuckdbDetails,
  tables: readonly ChosenTable[],
): ManifestObject[] {
  const byPath = new Map(body.objects.map((object) => [object.path, object]));
  return [...filesOf(tables)].map((file) => {
    const object = byPath.get(details.files[file]?.path ?? '');
    if (object) return object;
    throw new CodedError('object-damaged', `The manifest of ${header.backupId} names no file ${file}.`, {
      facts: { backupId: header.backupId },
    });
  });
}

/** The new file is about as large as the source was; of some tables, their part of it. */
function databaseBytes({ body }: Manifest, chosen: number, all: number): number {
  const [main, log] = [body.source['bytes'], body.source['walBytes']];
  const source = (typeof main === 'number' ? main : all) + (typeof log === 'number' ? log : 0);
  return all === 0 ? source : Math.ceil((source * chosen) / all);
}

/** Objects lie opened beside it while their table is filled, and those of the next one with them. */
function openedBytes(manifest: Manifest, details: DuckdbDetails, tables: readonly ChosenTable[]): number {
  const sizes = tables.map((table) => bytesOf(objectsOf(manifest, details, [table])));
  return sizes.reduce((most, size, index) => Math.max(most, size + (sizes[index + 1] ?? 0)), 0);
}

function filesOf(tables: readonly ChosenTable[]): Set<number> {
  return new Set(tables.flatMap(({ table }) => piecesOf(table).map(({ file }) => file)));
}

function bytesOf(objects: readonly ManifestObject[]): number {
  return objects.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
}
