/** Compact protocol of Thrift, as far as a footer needs it: types of values, by their number on the wire. */
const wire = {
  true: 1,
  false: 2,
  byte: 3,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};
const numRowsField = 3;

/**
 * Rows of a Parquet file, from its footer (FileMetaData, field 3); null where it cannot be told: the rest of the footer
 * is not read, and an unreadable one is no reason not to keep a file.
 */
export function rowCount(footer: Uint8Array): number | null {
  const reader = { bytes: footer, at: 0 };
  try {
    for (let field = 0; ;) {
      const { type, delta } = header(reader);
      if (type === 0) return null;
      field = delta === 0 ? zigzag(varint(reader)) : field + delta;
      if (field === numRowsField) return type === wire.i64 ? safe(zigzag(varint(reader))) : null;
      skip(reader, type);
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function byte(reader: Reader): number {
  const value = reader.bytes[reader.at++];
  if (value === undefined) throw new RangeError('the footer ends early');
  return value;
}

function header(reader: Reader): { readonly type: number; readonly delta: number } {
  const value = byte(reader);
  return { type: value & 0x0f, delta: value >> 4 };
}

/** Exact up to 2^53, as all that is asked of it is. */
function varint(reader: Reader): number {
  let value = 0;
  for (let scale = 1; scale < 2 ** 64; scale *= 128) {
    const part = byte(reader);
    value += (part & 0x7f) * scale;
    if (part < 0x80) return value;
  }
  throw new RangeError('a number is too long');
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function safe(value: number): number | null {
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function skip(reader: Reader, type: number): void {
  if (type === wire.true || type === wire.false) return;
  if (type === wire.byte) reader.at += 1;
  else if (type < wire.double) varint(reader);
  else if (type === wire.double) reader.at += 8;
  else if (type === wire.binary) skipBinary(reader);
  else if (type === wire.list || type === wire.set) skipList(reader);
  else if (type === wire.struct) skipStruct(reader);
  else throw new RangeError('a type that no footer has');
  if (reader.at > reader.bytes.length) throw new RangeError('the footer ends early');
}

function skipBinary(reader: Reader): void {
  const length = varint(reader);
  reader.at += length;
}

function skipList(reader: Reader): void {
  const { type, delta } = header(reader);
  const length = delta === 15 ? varint(reader) : delta;
  for (let index = 0; index < length; index++) {
    if (type === wire.true || type === wire.false) byte(reader);
    else skip(reader, type);
  }
}

function skipStruct(reader: Reader): void {
  for (;;) {
    const { type, delta } = header(reader);
    if (type === 0) return;
    if (delta === 0) varint(reader);
    skip(reader, type);
  }
}
