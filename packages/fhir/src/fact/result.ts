import type { FactOf } from "@chesil/model";
import type { DiagnosticReport, Observation } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import type { CodeableConcept, Extension } from "../datatypes.ts";
import { eitherReference } from "../party-reference.ts";
import type { Resource } from "../resources.ts";
import { CODE_SYSTEM, EXTENSION, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { attachmentsOf, reportDocumentsOf } from "./document.ts";
import { instantOf, observationOf } from "./observation.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

/** DiagnosticReport with its Observations, and a DocumentReference where it came with documents. */

type Result = FactOf<"result">;

/** HL7 table 0074, as R4 has it. */
const SERVICES = new Set(
  (
    "AU BG BLB CG CH CP CT CTH CUS EC EN HM ICU IMM LAB MB MCB MYC NMR NMS NRS OSL OT OTH OUS PAR PAT PF PHR PHY PT " +
    "RAD RC RT RUS RX SP SR TX VR VUS XRC"
  ).split(" "),
);
const LABORATORY = new Set("LAB BG BLB CG CH HM IMM MB MCB MYC PAR SP TX VR OSL".split(" "));
const IMAGING = new Set("RAD CT NMR NMS RUS OUS VUS CUS XRC".split(" "));

/** FHIR has no word for a report that another stands for, or that is not stated any more. */
const NOT_CURRENT = { retracted: "entered-in-error", superseded: "unknown", withdrawn: "unknown" } as const;

export function reportOf(source: SourceOf<"result">): Resource[] {
  const observations = source.content.observations.map((observed, place) =>
    observationOf(source, observed, reportedOf(source), `${source.factId}-${place + 1}`),
  );
  return [diagnosticReport(source, observations), ...observations, ...reportDocumentsOf(source)];
}

function diagnosticReport(source: SourceOf<"result">, observations: readonly Observation[]): DiagnosticReport {
  const { content, state } = source;
  const telling = new Telling(source);
  const performer = telling.either("Performer", content.performer);
  const report: Omit<DiagnosticReport, "text"> = {
    resourceType: "DiagnosticReport",
    ...telling.head(PROFILE.diagnosticReport),
    extension: relationOf(source),
    identifier: telling.orderNumbers(content.placerId, content.fillerId),
    status: statusOf<DiagnosticReport["status"]>(state, NOT_CURRENT, content.status),
    category: serviceOf(content),
    code: telling.requiredConcept("Report", content.code),
    subject: telling.patient,
    encounter: telling.encounter,
    effectiveDateTime: telling.when("Collected", content.collectedAt),
    issued: issuedOf(content, telling),
    performer: performer && [performer],
    result: observations.map(({ id, code }) => ({
      reference: `Observation/${id}`,
      type: "Observation",
      display: code.text ?? code.coding?.[0]?.display,
    })),
    presentedForm: attachmentsOf(source.factId, content.documents),
  };
  telling.text("Status", report.status);
  telling.note("Requested by", content.requester?.display ?? content.requester?.code);
  telling.note("Specimen", wordsOf(content.specimen));
  for (const observed of content.observations)
    telling.text(wordsOf(observed.code) ?? "Observation", findingOf(observed));
  for (const { text } of content.documents ?? []) telling.text("", text);
  // R4 has no notes of a report; what the laboratory writes under one is what it concludes.
  const conclusion = (content.notes ?? []).flatMap((each) => telling.text("", each) ?? []).join("\n");
  const heading = `Report: ${wordsOf(content.code) ?? "not stated"}`;
  return withoutEmpty<DiagnosticReport>({ ...report, conclusion, text: telling.narrative(heading, false) });
}

function issuedOf({ reportedAt }: Result, telling: Telling): string | undefined {
  telling.when("Reported", reportedAt);
  return instantOf(reportedAt);
}

/** As one line of the report: what was found, in what units, out of what range, and how it was marked. */
function findingOf({ value, units, referenceRange, flags }: Result["observations"][number]): string {
  const range = readable(referenceRange);
  const parts = [readable(value), readable(units), range && `(${range})`, readable(flags?.join(", "))];
  return parts.filter((part) => part !== undefined).join(" ");
}

function relationOf({ relation }: SourceOf<"result">): Extension[] | undefined {
  if (relation === null) return undefined;
  const url = relation.action === "replace" ? EXTENSION.reportReplaces : EXTENSION.reportAddendumOf;
  const reference = `DiagnosticReport/${relation.factId}`;
  return [{ url, valueReference: { reference, type: "DiagnosticReport" } }];
}

function serviceOf({ category }: Result): CodeableConcept[] | undefined {
  const text = readable(category);
  if (text === undefined) return undefined;
  const code = text.toUpperCase();
  return [SERVICES.has(code) ? { coding: [{ system: CODE_SYSTEM.diagnosticService, code }] } : { text }];
}

function reportedOf({ content, authority }: SourceOf<"result">) {
  const code = readable(content.category)?.toUpperCase() ?? "";
  const { observationCategory: system } = CODE_SYSTEM;
  const laboratory = LABORATORY.has(code) ? [{ coding: [{ system, code: "laboratory", display: "Laboratory" }] }] : [];
  const imaging = IMAGING.has(code) ? [{ coding: [{ system, code: "imaging", display: "Imaging" }] }] : [];
  return {
    category: [...laboratory, ...imaging],
    collectedAt: content.collectedAt,
    reportedAt: content.reportedAt,
    performer: eitherReference(content.performer, authority),
  };
}
