import type { Concept, FactContent, FactKind } from "./fact.ts";

/** The kinds of facts that have such a time. */
export const LIVING_KINDS = [
  "result",
  "measurement",
  "procedure",
  "immunisation",
  "medication",
  "appointment",
  "accident",
] as const satisfies readonly FactKind[];

const DATE = /^\d{4}(?:-\d\d(?:-\d\d(?:T.*)?)?)?$/;

/** Done on the dead by those whose work it is. */
const POST_MORTEM = /\b(?:post[\s-]?mortem|autops|necrops|coroner|donor|donation)/i;

/**
 * When somebody must have been alive for a fact to be so, as precise as it was sent: a sample of theirs was taken, a
 * medicine started, an appointment kept. Undefined where the dead may have it as well as the living: letters,
 * registrations, what was diagnosed later, when a result was reported, what was planned and did not take place, and
 * whatever says itself that it was done after death.
 */
export function livingTimeOf(content: FactContent): string | undefined {
  const { time, words } = happeningIn(content) ?? {};
  if (time === undefined || !DATE.test(time)) return undefined;
  return words?.some((each) => textsOf(each).some((text) => POST_MORTEM.test(text))) ? undefined : time;
}

type Happening = { readonly time: string | undefined; readonly words?: readonly (Concept | undefined)[] };

function happeningIn(content: FactContent): Happening | undefined {
  switch (content.kind) {
    case "result":
      if (content.status === "registered" || content.status === "cancelled") return undefined;
      return { time: content.collectedAt, words: [content.code, content.specimen] };
    case "measurement": {
      const { observedAt, status, code } = content.observation;
      const isSaid = status !== "registered" && status !== "cancelled" && status !== "entered-in-error";
      return isSaid ? { time: observedAt, words: [code] } : undefined;
    }
    case "procedure":
      return { time: content.performedAt, words: [content.code] };
    case "immunisation":
      return content.status === "given" ? { time: content.givenAt } : undefined;
    case "medication":
      return content.status === "active" || content.status === "completed" ? { time: content.startsAt } : undefined;
    case "appointment":
      return content.status === "attended" ? { time: content.startsAt } : undefined;
    case "accident":
      return { time: content.occurredAt };
    default:
      return undefined;
  }
}

const textsOf = (concept: Concept | undefined): string[] =>
  concept ? [concept.text ?? "", ...concept.codings.map(({ display }) => display ?? "")] : [];
