import { isAttendance, whereaboutsOf } from "@chesil/model";
import { fhirPeriod } from "./date-time.ts";
import type { EncounterSource } from "./encounter.ts";
import { placeReference } from "./place.ts";
import type { Encounter } from "./resources.ts";

type Located = NonNullable<Encounter["location"]>[number];

/** What of a visit its locations are made of. */
type LocatedSource = Pick<
  EncounterSource,
  "authority" | "status" | "class" | "location" | "pendingLocation" | "movements" | "isOfDead" | "dischargedAt"
>;

/** Part of a visit: where, and since and until when they were there. */
type Part = { readonly place: string | null; readonly since: string | null; readonly until: string | null };

/**
 * Where a visit was, is and will be, earliest first. `active` is only where the patient is now by `whereaboutsOf`, so at most
 * one of them; a bed that is kept for who is elsewhere is `reserved`; where somebody is to go is `planned`. Of an attendance
 * that was left open, nobody says whether it is over: its last place has no status.
 */
export function locationsOf(source: LocatedSource): Encounter["location"] {
  const { status, authority, isOfDead } = source;
  const now = whereaboutsOf(source, isOfDead);
  const parts = partsOf(source);
  const located = (place: string | null, rest: Omit<Located, "location">): Located[] => {
    const location = placeReference(place, authority);
    return location ? [{ location, ...rest }] : [];
  };
  if (status === "planned" || status === "cancelled" || status === "deleted")
    return listed(located(source.location, { status: status === "planned" ? "planned" : undefined }));
  const isHere = now?.presence === "present" || now?.presence === "away";
  const statusNow = isAttendance(source.class) ? undefined : "active";
  // Of who is on leave, nobody says since when they are not in the bed: it stands once, as theirs.
  const isInBed = (part: Part) => now?.presence === "on-leave" && part.place === now.bedKept;
  return listed(
    parts.flatMap((part, index) => {
      const isLast = index === parts.length - 1;
      if (isLast && isInBed(part)) return [];
      const period = fhirPeriod(part.since, part.until);
      return located(part.place, { status: isLast && isHere ? statusNow : "completed", period });
    }),
    located(now?.bedKept ?? null, { status: "reserved" }),
    now ? located(source.pendingLocation, { status: "planned" }) : [],
  );
}

/** Its movements; where none is known, its last place. Of the last only a discharge says until when. */
function partsOf({ status, location, movements, dischargedAt }: LocatedSource): Part[] {
  const known = movements?.length ? movements : [{ place: location, since: null }];
  const end = status === "finished" ? dischargedAt : null;
  return known.map(({ place, since }, index) => {
    const next = known[index + 1];
    return { place, since, until: next ? next.since : end };
  });
}

function listed(...parts: readonly Located[][]): Encounter["location"] {
  const all = parts.flat();
  return all.length > 0 ? all : undefined;
}
