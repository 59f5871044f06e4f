import type { ReactNode } from "react";

export type SummaryRow = { label: string; value: ReactNode };

/** Label and value, row by row. Rows whose value is null or undefined are left out. */
export function SummaryList({ rows }: { rows: SummaryRow[] }) {
  return (
    <dl className="nhsuk-summary-list">
      {rows
        .filter((row) => row.value !== null && row.value !== undefined)
        .map((row) => (
          <div className="nhsuk-summary-list__row" key={row.label}>
            <dt className="nhsuk-summary-list__key">{row.label}</dt>
            <dd className="nhsuk-summary-list__value">{row.value}</dd>
          </div>
        ))}
    </dl>
  );
}
