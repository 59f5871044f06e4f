import type { EncounterStatus, Movement } from "@chesil/model";
import { type Markup, markup, unbroken } from "./markup.ts";
import { when } from "./words.ts";

/** What of a visit says where it was. */
type Visit = {
  readonly status: EncounterStatus;
  readonly movements: readonly Movement[] | null;
  readonly dischargedAt: string | null;
};

/** Every place of a visit where the patient was, earliest first, each with since and until when; null: none is known. */
export function visitPlaces({ status, movements, dischargedAt }: Visit): Markup | null {
  if (!movements?.length) return null;
  const end = status === "finished" ? dischargedAt : null;
  const lines = movements.map(({ place, since, isTemporary }, index) => {
    const next = movements[index + 1];
    const until = next ? next.since : end;
    const times = [
      since === null ? "since when is not recorded" : markup`from ${unbroken(when(since))}`,
      until !== null && markup` to ${unbroken(when(until))}`,
      isTemporary && ", for a while",
    ];
    return markup`<li>${place ?? "No place is recorded"} <span class="quiet">${times}</span></li>`;
  });
  return markup`<ol>${lines}</ol>`;
}
