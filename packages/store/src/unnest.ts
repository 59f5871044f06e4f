/** JSON that jsonb accepts: PostgreSQL stores no NUL, so one becomes U+FFFD. */
export const json = (value: unknown) =>
  value === null || value === undefined ? null : JSON.stringify(value).replaceAll("\\u0000", "\\ufffd");

/** One column of rows, for UNNEST: a batch is one statement whatever its size. */
export const column = <Row, Value>(rows: readonly Row[], read: (row: Row) => Value): Value[] => rows.map(read);
