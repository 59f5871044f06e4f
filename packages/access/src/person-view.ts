import { DEMOGRAPHIC_FIELDS, type DemographicField, FACT_KINDS, type FactKind } from "@chesil/model";
import type { PersonMarks } from "@chesil/store";
import { saysPlaceOf } from "./known-places.ts";
import type { AccessPolicy } from "./policy.ts";
import { SHOWN_FACTS, SHOWN_FIELDS } from "./restriction.ts";
import { maySeeConfidential, maySeeRestricted, purposeOf, type Viewer } from "./viewer.ts";

/** What of one person a viewer may be shown: `permittedView` applies it. */
export type PersonView = {
  /** Demographic fields that are not told, nor searched by. */
  readonly withheld: ReadonlySet<DemographicField>;
  /** Kinds of facts of which none is shown. */
  readonly hiddenKinds: ReadonlySet<FactKind>;
  /** Feeds of whose source records and facts nothing is shown. */
  readonly closedFeeds: ReadonlySet<string>;
  /** The first day (ISO date) of which entries are shown; null: all. */
  readonly notBefore: string | null;
  /** How closely the person is kept; null: like everybody. */
  readonly sensitivity: PersonMarks["sensitivity"];
  /**
   * They are kept more closely than this viewer may see: of all that is said of them a part is shown (`restriction.ts`), and
   * nothing that was made of the whole, as evidence is.
   */
  readonly isPartial: boolean;
  /** Whether a text says where they are to be found, as far as that is known. */
  readonly saysPlace: (text: string) => boolean;
  /** Entries that are confidential are shown too. */
  readonly seesConfidential: boolean;
  readonly policy: AccessPolicy;
};

const PLACES = DEMOGRAPHIC_FIELDS.filter((field) => SHOWN_FIELDS[field] === undefined);
const PLACE_KINDS = FACT_KINDS.filter((kind) => SHOWN_FACTS[kind] === undefined);
const GP_FIELDS: readonly DemographicField[] = ["generalPractitioner", "generalPractice"];

/**
 * What a viewer may be shown of a person who is marked so; of one who is not, `marks` is undefined.
 *
 * @param places where they are to be found, as far as anybody said: for who is shown in part.
 *
 * The limits of a death hold for care, which is over: who puts an identity right or answers for the record sees it whole.
 */
export function personViewOf(
  viewer: Viewer,
  policy: AccessPolicy,
  marks: PersonMarks | undefined,
  { now, places }: { readonly now: Date; readonly places: readonly string[] },
): PersonView {
  const level = maySeeRestricted(viewer) ? null : (marks?.sensitivity ?? null);
  const isClosed = (marks?.deceased ?? false) && purposeOf(viewer) === "direct-care";
  return {
    withheld: new Set([
      ...(level === null ? [] : PLACES),
      ...(level === "very-restricted" ? (["names"] as const) : []),
      ...(isClosed ? GP_FIELDS : []),
    ]),
    hiddenKinds: new Set([...(level === null ? [] : PLACE_KINDS), ...(isClosed ? (["registration"] as const) : [])]),
    closedFeeds: new Set(isClosed ? policy.gpFeeds : []),
    notBefore: isClosed ? yearsBefore(marks?.diedOn ?? now.toISOString(), policy.deceasedYears) : null,
    sensitivity: marks?.sensitivity ?? null,
    isPartial: level !== null,
    saysPlace: level === null ? () => false : saysPlaceOf(places),
    seesConfidential: maySeeConfidential(viewer),
    policy,
  };
}

/** The same day, years earlier: `2020-02-29` or as much of a date as is known, as ISO. */
function yearsBefore(date: string, years: number): string {
  return `${String(Number(date.slice(0, 4)) - years).padStart(4, "0")}${date.slice(4, 10)}`;
}
