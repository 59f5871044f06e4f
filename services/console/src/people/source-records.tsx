import type { SourceRecord } from "../api/types.ts";
import { deciderInWords } from "../evidence/evidence-words.ts";
import { Tag, type TagColour } from "../nhs/tag.tsx";
import { formatInstant } from "../text/dates.ts";
import { countOf, formatWeight } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { sourceMatrix } from "./demographic-text.ts";

const STATUS: Record<SourceRecord["status"], TagColour> = { active: "green", retired: "grey", deleted: "red" };

/** The source records behind the person, side by side: what each system says, and where they disagree. */
export function SourceRecords({ records }: { records: SourceRecord[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className="scroll" tabIndex={0} aria-label="Source records, side by side">
      <table className="nhsuk-table matrix">
        <caption className="nhsuk-table__caption">Source records</caption>
        <thead className="nhsuk-table__head">
          <tr className="nhsuk-table__row">
            <td className="nhsuk-table__cell" />
            {records.map((record) => (
              <RecordHeading key={record.sourceRecordId} record={record} />
            ))}
          </tr>
        </thead>
        <tbody className="nhsuk-table__body">
          {sourceMatrix(records).map((row) => (
            <tr key={row.field} className="nhsuk-table__row">
              <th scope="row" className="nhsuk-table__header">
                {words(row.field)}
                {row.differs && <span className="matrix__differs">sources differ</span>}
              </th>
              {row.texts.map((text, index) => (
                <td key={records[index]?.sourceRecordId} className="nhsuk-table__cell lines">
                  {text === undefined ? (
                    <span className="quiet-inline">–</span>
                  ) : text === "" ? (
                    <span className="quiet-inline">deleted by the sender</span>
                  ) : (
                    text
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RecordHeading({ record }: { record: SourceRecord }) {
  return (
    <th scope="col" className="nhsuk-table__header">
      {record.authority} <span className="mono">{record.localId}</span>
      {record.status !== "active" && (
        <>
          {" "}
          <Tag colour={STATUS[record.status]}>{words(record.status)}</Tag>
        </>
      )}
      <span className="quiet">
        Linked {formatInstant(record.linkedAt)} by {deciderInWords(record.linkedBy)}
        {record.weight === null ? "" : `, weight ${formatWeight(record.weight)}`}
      </span>
      <span className="quiet">
        {countOf(record.messages, "message")} from {record.feed}, last recorded {formatInstant(record.recordedAt)}
      </span>
    </th>
  );
}
