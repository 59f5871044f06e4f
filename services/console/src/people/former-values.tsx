import { Link } from "wouter";
import type { FormerValue } from "../api/types.ts";
import { CELL, COLUMN_HEADER, ROW, ROW_GROUP, ROW_HEADER, TABLE } from "../nhs/table-roles.ts";
import { formatInstant } from "../text/dates.ts";
import { words } from "../text/words.ts";

/** What was so and is no more, by the periods in which sources said it. */
export function FormerValues({ values }: { values: FormerValue[] }) {
  if (values.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className="scroll" tabIndex={0} aria-label="Former values, by period">
      <table {...TABLE} className="nhsuk-table">
        <caption className="nhsuk-table__caption">Former names, addresses and numbers</caption>
        <thead {...ROW_GROUP} className="nhsuk-table__head">
          <tr {...ROW} className="nhsuk-table__row">
            {["Field", "Value", "Source", "From", "Until"].map((head) => (
              <th key={head} {...COLUMN_HEADER} className="nhsuk-table__header">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...ROW_GROUP} className="nhsuk-table__body">
          {values.map((value) => (
            <FormerRow
              key={JSON.stringify([value.field, value.value, value.source, value.to, value.from])}
              value={value}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FormerRow({ value: { field, text, source, from, to, messageId } }: { value: FormerValue }) {
  return (
    <tr {...ROW} className="nhsuk-table__row">
      <th {...ROW_HEADER} className="nhsuk-table__header">
        {words(field)}
      </th>
      <td {...CELL} className="nhsuk-table__cell lines">
        {text}
      </td>
      <td {...CELL} className="nhsuk-table__cell">
        {source.authority} <span className="mono">{source.localId}</span>
      </td>
      <td {...CELL} className="nhsuk-table__cell">
        {from === null ? "Not known" : formatInstant(from)}
      </td>
      <td {...CELL} className="nhsuk-table__cell">
        <Link href={`/messages/${messageId}`}>{formatInstant(to)}</Link>
      </td>
    </tr>
  );
}
