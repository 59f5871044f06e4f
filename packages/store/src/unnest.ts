/** JSON that jsonb accepts: PostgreSQL stores no NUL, so one becomes U+FFFD. */
export const json = (value: unknown) =>
  value === null || value === undefined ? null : JSON.stringify(value).replaceAll("\\u0000", "\\ufffd");

/** One column of rows, for UNNEST: a batch is one statement whatever its size. */
export const column = <Row, Value>(rows: readonly Row[], read: (row: Row) => Value): Value[] => rows.map(read);

/** The same of long texts, for `text[]`. */
export const textColumn = <Row>(rows: readonly Row[], read: (row: Row) => string | null): Buffer =>
  binaryArray(rows.map(read), TEXT);

/** The same of values, for `jsonb[]`. */
export const jsonColumn = <Row>(rows: readonly Row[], read: (row: Row) => unknown): Buffer =>
  binaryArray(
    rows.map((row) => json(read(row))),
    JSONB,
  );

/** An element type's number in PostgreSQL, and what stands before each of its values: jsonb's has a version. */
type ElementType = { readonly oid: number; readonly head: readonly number[] };
const TEXT: ElementType = { oid: 25, head: [] };
const JSONB: ElementType = { oid: 3802, head: [1] };

/**
 * An array as PostgreSQL sends and takes it in binary (`array_send`): number of dimensions, whether there are nulls, the
 * element's type; of the one dimension how many and the first one's number; then each value behind its length in bytes,
 * -1 for null. As text every quote in JSON would be escaped here and taken back there: for a record that is as long
 * again as the whole of its writing.
 */
function binaryArray(values: readonly (string | null)[], { oid, head }: ElementType): Buffer {
  let bytes = HEADER_BYTES;
  const lengths = values.map((value) => (value === null ? -1 : head.length + Buffer.byteLength(value)));
  for (const length of lengths) bytes += 4 + Math.max(0, length);
  const array = Buffer.allocUnsafe(bytes);
  for (const [index, word] of [1, lengths.includes(-1) ? 1 : 0, oid, values.length, 1].entries())
    array.writeInt32BE(word, index * 4);
  let at = HEADER_BYTES;
  for (const [index, value] of values.entries()) {
    at = array.writeInt32BE(lengths[index] ?? -1, at);
    if (value === null) continue;
    for (const byte of head) at = array.writeUInt8(byte, at);
    at += array.write(value, at);
  }
  return array;
}

const HEADER_BYTES = 20;
