import type { Alternative, Golden, GoldenValue, ValueSource } from "../api/types.ts";
import { Details } from "../nhs/details.tsx";
import { CELL, COLUMN_HEADER, ROW, ROW_GROUP, ROW_HEADER, TABLE } from "../nhs/table-roles.ts";
import { Tag } from "../nhs/tag.tsx";
import { formatInstant, formatPartialDate } from "../text/dates.ts";
import { formatNhsNumber } from "../text/nhs-number.ts";
import { countOf } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { bannerName, genderWords } from "./banner.ts";

/** The fields in the order of the screen. `name` is the preferred one of `names`. */
const ORDER: readonly (keyof Golden)[] = [
  "name",
  "nhsNumber",
  "birthDate",
  "sex",
  "addresses",
  "telecoms",
  "generalPractice",
  "generalPractitioner",
  "deceased",
  "deathDate",
  "names",
  "ethnicity",
  "maritalStatus",
  "religion",
  "language",
];

const LABELS: Partial<Record<keyof Golden, string>> = { names: "All names", addresses: "Addresses" };

/** The reconciled record: each value with the source it came from and when that source recorded it. */
export function GoldenTable({ golden }: { golden: Golden }) {
  return (
    <table {...TABLE} className="nhsuk-table golden">
      <caption className="nhsuk-table__caption">Reconciled record</caption>
      <thead {...ROW_GROUP} className="nhsuk-table__head">
        <tr {...ROW} className="nhsuk-table__row">
          {["Field", "Value", "Source", "Recorded"].map((head) => (
            <th key={head} {...COLUMN_HEADER} className="nhsuk-table__header">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...ROW_GROUP} className="nhsuk-table__body">
        {ORDER.map((field) => {
          const value = field === "names" && golden.names?.value.length === 1 ? undefined : golden[field];
          return (
            value && (
              <GoldenRow key={field} label={LABELS[field] ?? words(field)} text={textOf(golden, field)} value={value} />
            )
          );
        })}
      </tbody>
    </table>
  );
}

/** The API's own text, but for the few that the NHS prints in one particular way. */
function textOf(golden: Golden, field: keyof Golden): string {
  if (field === "name" && golden.name) return bannerName(golden.name.value);
  if (field === "nhsNumber" && golden.nhsNumber) return formatNhsNumber(golden.nhsNumber.value.value);
  if (field === "birthDate" && golden.birthDate) return formatPartialDate(golden.birthDate.value);
  if (field === "deathDate" && golden.deathDate) return formatInstant(golden.deathDate.value);
  if (field === "sex" && golden.sex) return genderWords(golden.sex.value);
  return golden[field]?.text ?? "";
}

function GoldenRow({ label, text, value }: { label: string; text: string; value: GoldenValue<unknown> }) {
  return (
    <tr {...ROW} className="nhsuk-table__row">
      <th {...ROW_HEADER} className="nhsuk-table__header">
        {label}
      </th>
      <td {...CELL} className="nhsuk-table__cell golden__value">
        <span className="lines">{text}</span> <TrustTag value={value.value} />
        <Alternatives alternatives={value.alternatives} />
      </td>
      <td {...CELL} className="nhsuk-table__cell">
        <SourceName source={value.source} />
      </td>
      <td {...CELL} className="nhsuk-table__cell nowrap golden__recorded">
        {formatInstant(value.recordedAt)}
      </td>
    </tr>
  );
}

function TrustTag({ value }: { value: unknown }) {
  if (typeof value !== "object" || value === null || !("trust" in value)) return null;
  return value.trust === "verified" ? <Tag colour="green">Verified</Tag> : <Tag colour="yellow">Not verified</Tag>;
}

function Alternatives({ alternatives }: { alternatives: Alternative[] }) {
  if (alternatives.length === 0) return null;
  return (
    <Details summary={countOf(alternatives.length, "other value")}>
      <ul className="plain-list">
        {alternatives.map((alternative) => (
          <li key={`${alternative.source.authority} ${alternative.source.localId} ${alternative.text}`}>
            <span className="lines">{alternative.text}</span>
            <span className="quiet">
              {alternative.source.authority} {alternative.source.localId}, {formatInstant(alternative.recordedAt)}
            </span>
          </li>
        ))}
      </ul>
    </Details>
  );
}

function SourceName({ source }: { source: ValueSource }) {
  return (
    <>
      {source.authority} <span className="mono">{source.localId}</span>
    </>
  );
}
