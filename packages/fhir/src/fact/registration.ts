import type { EpisodeOfCare } from "../clinical-resources.ts";
import { PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { type SourceOf, Telling } from "./telling.ts";

/** EpisodeOfCare: with which GP practice the patient was registered, and when. */
export function episodeOfCareOf(source: SourceOf<"registration">): EpisodeOfCare {
  const { content } = source;
  const telling = new Telling(source);
  const type = telling.text("Type", content.type);
  const practice = telling.party("Practice", content.practice, "Organization");
  const episode: Omit<EpisodeOfCare, "text"> = {
    resourceType: "EpisodeOfCare",
    ...telling.head(PROFILE.episodeOfCare),
    status: statusOf(source),
    type: [{ text: type === undefined ? "GP registration" : `GP registration: ${type}` }],
    patient: telling.patient,
    managingOrganization: practice,
    period: telling.period(["From", "Until"], content.startsAt, content.endsAt),
    careManager: telling.party("Practitioner", content.practitioner, "Practitioner"),
  };
  telling.text("Status", content.status);
  const heading = `GP registration: ${readable(practice?.display) ?? practice?.identifier?.value ?? "practice not stated"}`;
  return withoutEmpty<EpisodeOfCare>({ ...episode, text: telling.narrative(heading, false) });
}

/**
 * A registration that another stands for, or that is not stated any more, is over. FHIR has no word for not knowing: what
 * is stated and has no end goes on; the narrative says what was sent.
 */
function statusOf({ content, state }: SourceOf<"registration">): EpisodeOfCare["status"] {
  if (state === "retracted") return "entered-in-error";
  const isOver = content.status === "ended" || (content.status === "unknown" && readable(content.endsAt) !== undefined);
  return state !== "current" || isOver ? "finished" : "active";
}
