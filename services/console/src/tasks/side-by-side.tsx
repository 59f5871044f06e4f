import { Link } from "wouter";
import type { SideRow, TaskSide } from "../api/types.ts";
import { CELL, COLUMN_HEADER, ROW, ROW_GROUP, ROW_HEADER, TABLE } from "../nhs/table-roles.ts";
import { Tag, type TagColour } from "../nhs/tag.tsx";
import { characterDiff, type DiffPart } from "../text/character-diff.ts";
import { type Agreement, agreementOf, pairRows, type RowPair } from "./side-rows.ts";

const AGREEMENTS: Record<Exclude<Agreement, "not compared">, { text: string; colour: TagColour }> = {
  same: { text: "Same", colour: "green" },
  differs: { text: "Differs", colour: "orange" },
  "left only": { text: "A only", colour: "grey" },
  "right only": { text: "B only", colour: "grey" },
};

/** The two sides of a task, line against line. Characters that differ are underlined and marked, not only coloured. */
export function SideBySide({ left, right }: { left: TaskSide; right: TaskSide }) {
  return (
    <table {...TABLE} className="nhsuk-table sides">
      <caption className="nhsuk-u-visually-hidden">The two people compared</caption>
      <thead {...ROW_GROUP} className="nhsuk-table__head">
        <tr {...ROW} className="nhsuk-table__row">
          <th {...COLUMN_HEADER} className="nhsuk-table__header">
            <span className="nhsuk-u-visually-hidden">What is compared</span>
          </th>
          <SideHeading letter="A" side={left} />
          <SideHeading letter="B" side={right} />
          <th {...COLUMN_HEADER} className="nhsuk-table__header">
            Agreement
          </th>
        </tr>
      </thead>
      <tbody {...ROW_GROUP} className="nhsuk-table__body">
        {pairRows(left.rows, right.rows).map((pair) => (
          <PairRow key={pair.key} pair={pair} />
        ))}
      </tbody>
    </table>
  );
}

function SideHeading({ letter, side }: { letter: string; side: TaskSide }) {
  return (
    <th {...COLUMN_HEADER} className="nhsuk-table__header sides__person">
      <span className="sides__letter">{letter}</span> <Link href={`/people/${side.personId}`}>{side.displayName}</Link>
    </th>
  );
}

function PairRow({ pair }: { pair: RowPair }) {
  const agreement = agreementOf(pair);
  const diff = characterDiff(pair.left?.text ?? "", pair.right?.text ?? "");
  const both = agreement === "differs" || agreement === "same";
  return (
    <tr {...ROW} className={`nhsuk-table__row sides__row--${agreement.replace(" ", "-")}`}>
      <th {...ROW_HEADER} className="nhsuk-table__header">
        {pair.label}
      </th>
      <SideCell letter="A" row={pair.left} parts={both ? diff.left : undefined} />
      <SideCell letter="B" row={pair.right} parts={both ? diff.right : undefined} />
      <td {...CELL} className="nhsuk-table__cell sides__agreement">
        {agreement !== "not compared" && <Tag colour={AGREEMENTS[agreement].colour}>{AGREEMENTS[agreement].text}</Tag>}
      </td>
    </tr>
  );
}

function SideCell({ letter, row, parts }: { letter: string; row: SideRow | undefined; parts: DiffPart[] | undefined }) {
  return (
    <td {...CELL} className="nhsuk-table__cell sides__cell">
      <span className="sides__letter sides__letter--narrow" aria-hidden="true">
        {letter}
      </span>
      {row ? (
        <>
          <span className="sides__text">{parts ? parts.map(markedPart) : row.text}</span>
          <span className="quiet">{row.source}</span>
        </>
      ) : (
        <span className="quiet-inline">Not known</span>
      )}
    </td>
  );
}

function markedPart(part: DiffPart, index: number) {
  return part.same ? (
    part.text
  ) : (
    <mark key={`${index}-${part.text}`} className="difference">
      {part.text}
    </mark>
  );
}
