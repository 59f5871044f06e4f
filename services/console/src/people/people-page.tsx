import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { searchPersons } from "../api/calls.ts";
import type { PersonRow } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { CursorPages, useCursorPages } from "../nhs/cursor-pages.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { Tag } from "../nhs/tag.tsx";
import { useRemembered } from "../session/search-memory.ts";
import { todayIn } from "../text/dates.ts";
import { formatNhsNumber } from "../text/nhs-number.ts";
import { countOf, formatCount } from "../text/numbers.ts";
import { bornWords, diedWords, genderWords } from "./banner.ts";
import { NO_PERSON_CRITERIA, type PersonCriteria, personSearch } from "./person-search.ts";
import { PersonSearchForm } from "./person-search-form.tsx";

const COLUMNS: readonly Column<PersonRow>[] = [
  {
    id: "name",
    header: "Name",
    rowHeader: true,
    cell: (person) => (
      <>
        <Link href={`/people/${person.personId}`}>{person.displayName}</Link>
        {person.restricted && (
          <>
            {" "}
            <Tag colour="purple">Restricted</Tag>
          </>
        )}
      </>
    ),
  },
  {
    id: "born",
    header: "Born",
    cell: (person) => (
      <>
        {bornWords(person.birthDate, todayIn(new Date()), person.deceased)}
        {person.deceased && <span className="quiet">Died {diedWords(person.deathDate, person.birthDate)}</span>}
      </>
    ),
  },
  { id: "gender", header: "Gender", cell: (person) => genderWords(person.sex) },
  {
    id: "nhs",
    header: "NHS number",
    cell: (person) =>
      person.nhsNumber ? (
        <>
          <span className="nowrap">{formatNhsNumber(person.nhsNumber.value)}</span>
          {person.nhsNumber.trust !== "verified" && (
            <span className="quiet">{person.nhsNumber.trust === "invalid" ? "not valid" : "not verified"}</span>
          )}
        </>
      ) : (
        "Not Known"
      ),
  },
  {
    id: "address",
    wide: true,
    header: "Address",
    cell: (person) => person.addressText ?? person.postcode ?? "Not Known",
  },
  { id: "records", header: "Source records", numeric: true, cell: (person) => formatCount(person.sourceRecords) },
];

/** Finds people. Nothing is searched until somebody asks: each search is an audited look. */
export function PeoplePage() {
  const [criteria, setCriteria] = useRemembered<PersonCriteria>("people", NO_PERSON_CRITERIA);
  const pages = useCursorPages();
  const wanted = personSearch(criteria);
  const found = useQuery({
    queryKey: ["people", wanted, pages.cursor],
    queryFn: wanted.ok ? ({ signal }) => searchPersons(wanted.search, pages.cursor, signal) : skipToken,
    placeholderData: keepPreviousData,
  });
  const people = found.data?.persons ?? [];
  return (
    <Page title="People">
      <PersonSearchForm
        criteria={criteria}
        onSearch={(asked) => {
          pages.reset();
          setCriteria({ ...asked });
        }}
      />
      {found.error && <ProblemSummary error={found.error} onRetry={() => void found.refetch()} />}
      {found.isLoading && <Waiting>Searching</Waiting>}
      {!wanted.ok && <NothingHere>Search to see people. Every search and every record opened is audited.</NothingHere>}
      {wanted.ok && found.data && (
        <div className={found.isFetching ? "results results--old" : "results"} aria-busy={found.isFetching}>
          <p className="nhsuk-u-visually-hidden" role="status">
            {found.isFetching ? "" : countOf(people.length, "person", "people")} on this page
          </p>
          {people.length === 0 ? (
            <NothingHere>Nobody matches.</NothingHere>
          ) : (
            <DataTable
              caption="People found"
              captionHidden
              columns={COLUMNS}
              rows={people}
              rowId={(person) => person.personId}
            />
          )}
          <CursorPages pages={pages} next={found.data.next} label="Pages of people" />
        </div>
      )}
    </Page>
  );
}
