import type { DetailedTable, Layout } from '../manifest.ts';
import { chunkRows } from '../data/fingerprint.ts';
import { quoteName, quoteText } from '../sql-text.ts';

/** Rows of one file that follow each other in the table. */
export interface Piece {
  readonly file: number;
  readonly offset: number;
  readonly rows: number;
}

/** A table as rows of files, in the table's order; chunks that follow each other in a file are read as one. */
export function piecesOf(table: DetailedTable): Piece[] {
  const pieces: Piece[] = [];
  for (const [, rows, , , file, offset] of table.chunks) {
    const last = pieces.at(-1);
    if (last?.file === file && last.offset + last.rows === offset) {
      pieces[pieces.length - 1] = { ...last, rows: last.rows + rows };
    } else {
      pieces.push({ file, offset, rows });
    }
  }
  return pieces;
}

/** Of pieces that are read by one statement. */
const most = { pieces: 40, rows: 8 * chunkRows };

/**
 * The pieces of a table in batches, each loaded by a statement of its own, so that the files of the next one can be opened
 * meanwhile; a batch that is full ends with the piece that filled it.
 */
export function batchesOf(pieces: readonly Piece[]): Piece[][] {
  const batches: Piece[][] = [];
  let rows = 0;
  for (const piece of pieces) {
    const last = batches.at(-1);
    if (last && last.length < most.pieces && rows < most.rows) last.push(piece);
    else {
      batches.push([piece]);
      rows = 0;
    }
    rows += piece.rows;
  }
  return batches;
}

/** A file of the backup that has been opened and lies on disk: how its rows are read. */
export interface OpenedFile {
  readonly path: string;
  readonly layout: Layout;
  readonly rows: number;
  /** Name under which a file of format `duckdb` is attached. */
  readonly attached: string;
}

/** The rows of a piece, in the table's types and under its names. */
export function selectPiece(table: DetailedTable, piece: Piece, file: OpenedFile): string {
  const columns = file.layout.columns.map(({ name }, index) => {
    const column = table.columns[index];
    const cast = `CAST(${quoteName(name)} AS ${column?.type ?? 'VARCHAR'})`;
    return `${cast} AS ${quoteName(column?.name ?? name)}`;
  });
  const whole = piece.offset === 0 && piece.rows === file.rows;
  const within = (id: string): string =>
    whole ? '' : ` WHERE ${id} >= ${piece.offset} AND ${id} < ${piece.offset + piece.rows}`;
  return file.layout.format === 'parquet'
    ? `SELECT ${columns.join(', ')} FROM system.main.read_parquet(${quoteText(file.path)}, hive_partitioning = false${whole ? '' : ', file_row_number = true'})${within('file_row_number')}`
    : `SELECT ${columns.join(', ')} FROM ${quoteName(file.attached)}.main.rows${within('rowid')}`;
}
