import { describe, expect, it } from "vitest";
import type { Stay } from "../api/where-now.ts";
import { freshnessSentence, placeSentence, whereNowSentence } from "./where-now-words.ts";

const STAY: Stay = {
  ...{ encounterId: "1", sourceRecordId: "1", authority: "RDZ", feed: "pas", messageId: "1", visitNumber: "V1" },
  ...{ class: "inpatient", presence: "present", bedKept: null, goingTo: null, specialty: null, consultant: null },
  place: { name: "Ward 2, Bay 1", ward: "Ward 2", room: null, bed: null, facility: null },
  since: "2026-05-02T09:00:00.000Z",
  heardAt: "2026-05-02T10:00:00.000Z",
  unheardDays: 0,
  isUnheard: false,
};

describe("where somebody is now, in words", () => {
  it("never passes an old or a doubtful word for where they are", () => {
    expect(whereNowSentence({ answer: "unheard", stays: [STAY], setAside: [] })).toContain("perhaps nobody discharged");
    expect(whereNowSentence({ answer: "disagreement", stays: [STAY, STAY], setAside: [] })).toContain("More than one");
    expect(whereNowSentence({ answer: "deceased", stays: [], setAside: [] })).toBe("They died.");
    expect(whereNowSentence({ answer: "withheld", stays: [], setAside: [] })).toContain("withheld");
  });

  it("says the place, the bed that is kept, and where they go", () => {
    expect(placeSentence(STAY)).toBe("Ward 2, Bay 1");
    expect(placeSentence({ ...STAY, presence: "on-leave", bedKept: "Ward 2" })).toBe(
      "On leave; the bed in Ward 2 is kept",
    );
    expect(placeSentence({ ...STAY, presence: "away", bedKept: "Ward 1", goingTo: "Ward 3" })).toBe(
      "Ward 2, Bay 1 for a while; the bed in Ward 1 is kept; to be moved to Ward 3",
    );
    expect(placeSentence({ ...STAY, place: null })).toBe("No place was sent");
  });

  it("says how old that is", () => {
    expect(freshnessSentence(STAY)).toBe("Since 02-May-2026 10:00; last heard of 02-May-2026 11:00");
    expect(freshnessSentence({ ...STAY, since: null, unheardDays: 20, isUnheard: true })).toBe(
      "Since when is not known; last heard of 02-May-2026 11:00, 20 days ago",
    );
  });
});
