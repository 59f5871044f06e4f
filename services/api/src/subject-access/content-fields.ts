import type { Address, Concept, FactContent, Party, Telecom } from "@chesil/model";
import { addressText } from "../persons/texts.ts";
import { when } from "./words.ts";

/** One thing that a fact says, under what it is called. */
export type ContentField = { readonly label: string; readonly text: string };

/** Findings and documents have a form of their own on the page; the rest is how Chesil keeps it, and says nothing of anybody. */
const NOT_FIELDS: ReadonlySet<string> = new Set([
  "kind",
  "observations",
  "documents",
  "parts",
  "arranged",
  "otherSpecialties",
]);
const NOT_SAID: ReadonlySet<string> = new Set(["said", "valueSaid", "valueType", "depth"]);

/** Where the words of the model are not those of people. */
const LABELS: Readonly<Record<string, string>> = {
  code: "What",
  startsAt: "From",
  endsAt: "Until",
  authoredAt: "Written",
  author: "By",
  authenticator: "Signed by",
  requester: "Asked for by",
  performer: "Done by",
  performedAt: "Done",
  collectedAt: "Sample taken",
  placerId: "Number of who asked for it",
  fillerId: "Number of who did it",
  sentStatus: "Status as sent",
  subId: "Part",
  telecoms: "Contact",
  set: "Number of the document, and its version",
  custodian: "Kept by",
  recipients: "Sent to",
};

/**
 * All that a fact says, field by field in the order in which the store gives them: nothing is cut, and codes stand beside
 * their words. A field that the model gets is shown without being named here.
 */
export function contentFields(content: FactContent): ContentField[] {
  const said: Readonly<Record<string, unknown>> = content.kind === "measurement" ? content.observation : content;
  return Object.entries(said).flatMap(([name, value]) => {
    if (NOT_FIELDS.has(name) || NOT_SAID.has(name)) return [];
    const text = valueText(name, value);
    return text === "" ? [] : [{ label: LABELS[name] ?? labelOf(name), text }];
  });
}

/** `identifiedAt` → `Identified`, `contactRole` → `Contact role`. */
function labelOf(name: string): string {
  const words = name.replace(/(?<=[a-z])At$/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function valueText(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return name.endsWith("At") ? when(value) : value;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return textsOf(name, value).join("\n");
  if ("codings" in value) return conceptWithCodes(value as Concept);
  if ("lines" in value) return withUse(addressText(value as Address), value as Address);
  if ("kind" in value) return withUse((value as Telecom).value, value as Telecom);
  const { display, ...others } = value as Party;
  return textsOf("", [display, ...Object.values(others)]).join(", ");
}

const withUse = (text: string, { use, kind }: { readonly use: string; readonly kind?: string }): string =>
  `${text} (${[use, kind].filter(Boolean).join(" ")})`;

const textsOf = (name: string, values: readonly unknown[]) =>
  values.map((each) => valueText(name, each).replaceAll("\n", name === "" ? ", " : "\n")).filter((text) => text !== "");

/** The sender's own words, else the first display, else the code. */
export const conceptText = ({ text, codings }: Concept): string =>
  text || codings.find(({ display }) => display)?.display || codings.find(({ code }) => code)?.code || "";

/** With what the words do not say already: `Asthma (SNOMED 195967001; J45, Asthma, unspecified)`. */
export function conceptWithCodes(concept: Concept): string {
  const words = conceptText(concept);
  const codes = concept.codings.flatMap(({ system, code, display }) => {
    const named = [[system, code].filter(Boolean).join(" "), display === words ? "" : display]
      .filter(Boolean)
      .join(", ");
    return named === "" || named === words ? [] : [named];
  });
  return codes.length > 0 ? `${words} (${codes.join("; ")})` : words;
}
