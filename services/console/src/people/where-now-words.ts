import type { Stay, WhereNow } from "../api/where-now.ts";
import { formatInstant } from "../text/dates.ts";
import { countOf } from "../text/numbers.ts";

/** Where somebody is now, in words: what the feeds say, never more than that. */

export function whereNowSentence({ answer, stays, setAside }: WhereNow): string {
  switch (answer) {
    case "here":
      return stays.length > 1 ? "By more than one open visit:" : "By an open visit:";
    case "disagreement":
      return "More than one place is said to be theirs now. Ask there before anybody goes.";
    case "unheard":
      return "It is not certain that they are still there: perhaps nobody discharged them. Ask there before anybody goes.";
    case "deceased":
      return setAside.length > 0 ? "They died. A visit was left open, and does not count." : "They died.";
    case "withheld":
      return "This is withheld.";
    default:
      return setAside.length > 0
        ? "No visit says where they are. One that was left open is over."
        : "No visit says where they are.";
  }
}

/** `Ward 2, Bay 1`, and what is to be known of it. */
export function placeSentence({ place, presence, bedKept, goingTo }: Stay): string {
  const name = place?.name ?? "No place was sent";
  const now = {
    present: name,
    away: `${name} for a while${bedKept ? `; the bed in ${bedKept} is kept` : ""}`,
    "on-leave": `On leave${bedKept ? `; the bed in ${bedKept} is kept` : ""}`,
  }[presence];
  return goingTo ? `${now}; to be moved to ${goingTo}` : now;
}

export function freshnessSentence({ since, heardAt, unheardDays, isUnheard }: Stay): string {
  const from = since === null ? "Since when is not known" : `Since ${formatInstant(since)}`;
  const age = unheardDays > 0 || isUnheard ? `, ${countOf(unheardDays, "day")} ago` : "";
  return `${from}; last heard of ${formatInstant(heardAt)}${age}`;
}
