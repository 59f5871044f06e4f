import type { Coverage } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { PROFILE } from "../uk-core.ts";
import { withoutEmpty } from "../without-empty.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

const NOT_CURRENT = { retracted: "entered-in-error", superseded: "cancelled", withdrawn: "cancelled" } as const;

/** Coverage: who pays. FHIR requires to say whom; where nobody was named, that is said. */
export function coverageOf(source: SourceOf<"insurance">): Coverage {
  const { content, state } = source;
  const telling = new Telling(source);
  const coverage: Omit<Coverage, "text"> = {
    resourceType: "Coverage",
    ...telling.head(PROFILE.coverage),
    status: statusOf<Coverage["status"]>(state, NOT_CURRENT, "active"),
    type: telling.concept("Plan", content.plan),
    subscriberId: telling.text("Policy number", content.policyNumber),
    beneficiary: telling.patient,
    period: telling.period(["From", "Until"], content.startsAt, content.endsAt),
    payor: [telling.party("Company", content.company, "Organization") ?? { display: "Not stated" }],
  };
  const heading = `Insurance: ${wordsOf(content.plan) ?? "plan not stated"}`;
  return withoutEmpty<Coverage>({ ...coverage, text: telling.narrative(heading, false) });
}
