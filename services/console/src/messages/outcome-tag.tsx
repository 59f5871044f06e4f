import type { Outcome } from "../api/types.ts";
import { Tag, type TagColour } from "../nhs/tag.tsx";
import { OUTCOME_WORDS } from "../text/words.ts";

const COLOURS: Record<Outcome, TagColour> = {
  applied: "green",
  duplicate: "grey",
  conflict: "pink",
  quarantined: "orange",
  parked: "yellow",
  rejected: "red",
  skipped: "purple",
};

/** What became of a message; null is a message still on its way. */
export function OutcomeTag({ outcome }: { outcome: Outcome | null }) {
  if (outcome === null) return <Tag colour="blue">In flight</Tag>;
  return <Tag colour={COLOURS[outcome]}>{OUTCOME_WORDS[outcome]}</Tag>;
}
