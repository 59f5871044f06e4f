/**
 * The roles of a table's parts, said again. A narrow screen lays tables out as cards, and some browsers forget that a
 * table is one as soon as its `display` changes.
 */
export const TABLE = { role: "table" };
export const ROW_GROUP = { role: "rowgroup" };
export const ROW = { role: "row" };
export const COLUMN_HEADER = { role: "columnheader", scope: "col" };
export const ROW_HEADER = { role: "rowheader", scope: "row" };
export const CELL = { role: "cell" };
