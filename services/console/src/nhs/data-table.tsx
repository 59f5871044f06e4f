import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
import { CELL, COLUMN_HEADER, ROW, ROW_GROUP, ROW_HEADER, TABLE } from "./table-roles.ts";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export type Column<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The value to sort by; a column without one is not sortable. Null and undefined come last. */
  sortBy?: (row: Row) => string | number | null | undefined;
  numeric?: boolean;
  /** Long text: takes the whole width of a card on a narrow screen. */
  wide?: boolean;
  /** The cell names its row. */
  rowHeader?: boolean;
};

type DataTableProps<Row> = {
  caption: ReactNode;
  captionHidden?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** The order at first; the rows' own order when left out. */
  sortedBy?: SortingState;
  rowClass?: (row: Row) => string | undefined;
};

/** The columns for the table library: it sorts, the markup is ours. */
function definitionsOf<Row extends object>(columns: readonly Column<Row>[]): ColumnDef<typeof features, Row>[] {
  return columns.map((column) => ({
    id: column.id,
    accessorFn: (row: Row) => column.sortBy?.(row) ?? undefined,
    enableSorting: column.sortBy !== undefined,
    sortFn: sortFn_basic,
    sortUndefined: "last" as const,
  }));
}

/**
 * A table of the NHS design system: captioned, sortable by its headings, and a list of cards on a narrow screen, where
 * each cell repeats its heading.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns } = props;
  const definitions = useMemo(() => definitionsOf(columns), [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: props.rows,
    getRowId: props.rowId,
    initialState: { sorting: props.sortedBy ?? [] },
    enableMultiSort: false,
  });
  const sorted = table.state.sorting[0];
  return (
    <table {...TABLE} className="nhsuk-table table--cards">
      <caption className={props.captionHidden ? "nhsuk-u-visually-hidden" : "nhsuk-table__caption"}>
        {props.caption}
      </caption>
      <thead {...ROW_GROUP} className="nhsuk-table__head">
        <tr {...ROW} className="nhsuk-table__row">
          {columns.map((column) => (
            <th
              key={column.id}
              {...COLUMN_HEADER}
              className={`nhsuk-table__header${column.numeric ? " nhsuk-table__header--numeric" : ""}`}
              aria-sort={sorted?.id === column.id ? (sorted.desc ? "descending" : "ascending") : undefined}
            >
              {column.sortBy ? (
                <button
                  type="button"
                  className="sort-button"
                  onClick={table.getColumn(column.id)?.getToggleSortingHandler()}
                >
                  {column.header}
                  <span aria-hidden="true">{sorted?.id === column.id ? (sorted.desc ? " ▼" : " ▲") : " ↕"}</span>
                </button>
              ) : (
                column.header
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...ROW_GROUP} className="nhsuk-table__body">
        {table.getRowModel().rows.map((row) => (
          <tr key={row.id} {...ROW} className={`nhsuk-table__row ${props.rowClass?.(row.original) ?? ""}`}>
            {columns.map((column) => (
              <Cell key={column.id} column={column}>
                {column.cell(row.original)}
              </Cell>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column, children }: { column: Column<Row>; children: ReactNode }) {
  const heading = (
    <span className="cell-heading" aria-hidden="true">
      {column.header}
    </span>
  );
  return column.rowHeader ? (
    <th {...ROW_HEADER} className="nhsuk-table__header">
      {heading}
      <span>{children}</span>
    </th>
  ) : (
    <td
      {...CELL}
      className={["nhsuk-table__cell", column.numeric && "nhsuk-table__cell--numeric", column.wide && "cell--wide"]
        .filter(Boolean)
        .join(" ")}
    >
      {heading}
      <span>{children}</span>
    </td>
  );
}
