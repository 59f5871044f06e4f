import type { Concept, DocumentPart, FactContent, FactOf, Observation } from "@chesil/model";
import type { StoredResult } from "@chesil/store";
import { isLater } from "./fact-set.ts";
import type { Moment } from "./statement.ts";

/**
 * A report after something more was said of it. HL7 corrects observation by observation (OBX-11): one that a message
 * does not name is unchanged, also where the message gives the whole report as final.
 *
 * What is corrected together is a *finding*: all that a message says under one code and sub id (OBX-3, OBX-4). Several
 * OBX of one code and sub id are one finding, because nothing tells them apart: their time (OBX-14) does not, since many
 * laboratories put the time of issue there and change it with every version. Prose and documents are one finding for a
 * code, whatever their sub ids, which often number the lines: so two versions of a text are never mixed.
 *
 * Of each finding the value and the status go by what was recorded last, each for itself: a status without a value
 * (OBX-11 U) leaves the value alone, also one that comes later. What is entered in error, or can not be had (OBX-11 X),
 * has no value any more. All else of a report goes by the latest statement.
 */

type Result = FactOf<"result">;
type SaidResult = { readonly content: Result; readonly said: Moment };

type Finding = {
  /** As the latest message with a value said them; until there is one, the latest without. */
  readonly observations: readonly Observation[];
  /** They stand in place of a value. */
  readonly documents: readonly DocumentPart[];
  /** Who said its status: the value too, or later. */
  readonly said: Moment;
  /** Who said its value, or that it has none. */
  readonly valueSaid: Moment | undefined;
};

/** As it is stored. */
type Group = {
  readonly observations: StoredResult["observations"];
  readonly documents: NonNullable<StoredResult["documents"]>;
};

type Report = {
  readonly findings: ReadonlyMap<string, Finding>;
  /** The order of the findings: of the message that named most of them, at equal numbers of the latest. */
  readonly arranged: { readonly keys: readonly string[]; readonly said: Moment };
};

/** Of one report, over all messages: five times what one may state. Those that were said first go; versions keep them. */
export const FINDINGS_MAX = 5_000;

/** Types whose OBX are the lines of one text, or documents. */
const PROSE = new Set(["TX", "FT", "ED", "RP"]);

/** The report after one more statement. Said again by the same message, it forgets what that message said before. */
export function resultAfter(known: SaidResult | undefined, spoken: SaidResult): StoredResult {
  if (!known) return written(spoken, reportOf(spoken));
  const { findings, arranged } = reportOf(known);
  const isOfThis = (moment: Moment | undefined) => !moment || moment.journalId === spoken.said.journalId;
  const others = [...findings].filter(([, { said, valueSaid }]) => !isOfThis(said) || !isOfThis(valueSaid));
  return joined({ ...known, report: { findings: new Map(others), arranged } }, { ...spoken, report: reportOf(spoken) });
}

/** Two reports that turned out to be one. */
export const resultsTogether = (one: SaidResult, other: SaidResult): StoredResult =>
  joined({ ...one, report: reportOf(one) }, { ...other, report: reportOf(other) });

/** Whether all that it found was posted to the wrong patient, or deleted: there is no such result. */
export const isWhollyInError = (content: FactContent): boolean =>
  content.kind === "result" &&
  content.observations.length > 0 &&
  content.observations.every(({ status }) => status === "entered-in-error");

/** The content without who said what. */
export function unstamped<C extends FactContent>(content: C): C {
  if (content.kind !== "result") return content;
  const { arranged: _, ...rest }: StoredResult = content;
  return {
    ...rest,
    observations: rest.observations.map(({ said: _, valueSaid: __, ...observation }) => observation),
    ...(rest.documents && { documents: rest.documents.map(({ said: _, ...part }) => part) }),
  } as FactContent as C;
}

type Read = SaidResult & { readonly report: Report };

function joined(one: Read, other: Read): StoredResult {
  const findings = new Map(one.report.findings);
  for (const [key, finding] of other.report.findings) {
    const known = findings.get(key);
    findings.set(key, known ? findingTogether(known, finding) : finding);
  }
  const [a, b] = [one.report.arranged, other.report.arranged];
  const isFirst = a.keys.length === b.keys.length ? isLater(a.said, b.said) : a.keys.length > b.keys.length;
  const newer = isLater(one.said, other.said) ? one : other;
  return written(newer, { findings: lastSaid(findings), arranged: isFirst ? a : b });
}

function findingTogether(one: Finding, other: Finding): Finding {
  const spoke = isLater(one.said, other.said) ? one : other;
  const valued = valuedOf(one, other) ?? spoke;
  const status = spoke.observations.at(-1)?.status;
  if (valued === spoke || status === undefined) return spoke;
  return { ...valued, observations: valued.observations.map((each) => ({ ...each, status })), said: spoke.said };
}

function valuedOf(one: Finding, other: Finding): Finding | undefined {
  if (!one.valueSaid || !other.valueSaid) return one.valueSaid ? one : other.valueSaid && other;
  return isLater(one.valueSaid, other.valueSaid) ? one : other;
}

function lastSaid(findings: ReadonlyMap<string, Finding>): ReadonlyMap<string, Finding> {
  if (findings.size <= FINDINGS_MAX) return findings;
  const newestFirst = [...findings].sort(([a, { said: one }], [b, { said: other }]) => {
    if (isLater(one, other)) return -1;
    return isLater(other, one) || a > b ? 1 : -1;
  });
  return new Map(newestFirst.slice(0, FINDINGS_MAX));
}

function reportOf({ content, said }: SaidResult): Report {
  const { observations, documents = [], arranged }: StoredResult = content;
  const groups = new Map<string, Group>();
  const keysByName = new Map<string, string>();
  for (const observation of observations) {
    const key = keyOf(observation);
    const group = groups.get(key) ?? { observations: [], documents: [] };
    group.observations.push(observation);
    groups.set(key, group);
    const name = nameOf(observation.code);
    if (observation.value === undefined && !keysByName.has(name)) keysByName.set(name, key);
  }
  const keys = [...groups.keys()];
  for (const part of documents) {
    const key = keysByName.get(part.title ?? "") ?? JSON.stringify([part.title ?? ""]);
    const group = groups.get(key) ?? { observations: [], documents: [] };
    group.documents.push(part);
    groups.set(key, group);
  }
  return {
    findings: new Map([...groups].map(([key, group]) => [key, findingOf(group, said)])),
    arranged: arranged ? { keys: keys.slice(0, arranged.count), said: arranged.said } : { keys, said },
  };
}

function findingOf({ observations, documents }: Group, contentSaid: Moment): Finding {
  const [first, part] = [observations[0], documents[0]];
  const said = first?.said ?? (first ? undefined : part?.said) ?? contentSaid;
  const isValued = part !== undefined || observations.some(saysValue);
  return {
    observations: observations.map(({ said: _, valueSaid: __, ...observation }) => observation),
    documents: documents.map(({ said: _, ...each }) => each),
    said,
    valueSaid: first?.valueSaid ?? (isValued ? said : undefined),
  };
}

/** Whether it gives a value, or takes it away. */
const saysValue = ({ value, concepts, status }: Observation): boolean =>
  value !== undefined || concepts !== undefined || status === "entered-in-error" || status === "cancelled";

/** Not its place in the message, nor its type: `98` becomes `haemolysed` when it is corrected. */
function keyOf({ code, subId, valueType }: Observation): string {
  const [first] = code.codings;
  const name = first ? [first.system, first.code] : [code.text ?? ""];
  return JSON.stringify([...name, PROSE.has(valueType) ? "" : (subId ?? "")]);
}

/** What the mapping calls a document that stands in place of its value. */
const nameOf = ({ codings, text }: Concept): string =>
  text ?? codings.find(({ display }) => display !== undefined)?.display ?? codings[0]?.code ?? "";

/** As it is stored: who said what stands beside it only where it is not who said the content. */
function written({ content, said }: SaidResult, { findings, arranged }: Report): StoredResult {
  const isOfContent = (moment: Moment) => moment.recordedAt === said.recordedAt && moment.journalId === said.journalId;
  const first = arranged.keys.filter((key) => findings.has(key));
  const placed = new Set(first);
  const rest = [...findings.keys()].filter((key) => !placed.has(key)).sort();
  const inOrder = [...first, ...rest].flatMap((key) => findings.get(key) ?? []);
  const observations = inOrder.flatMap((finding) =>
    finding.observations.map((each) => ({
      ...each,
      ...(!isOfContent(finding.said) && { said: finding.said }),
      ...(finding.valueSaid && finding.valueSaid !== finding.said && { valueSaid: finding.valueSaid }),
    })),
  );
  const documents = inOrder.flatMap(({ documents, valueSaid }) =>
    documents.map((part) => ({ ...part, ...(valueSaid && !isOfContent(valueSaid) && { said: valueSaid }) })),
  );
  const isAsSaid = isOfContent(arranged.said) && first.length === inOrder.filter((each) => each.observations[0]).length;
  const { documents: _, arranged: __, ...report }: StoredResult = content;
  return {
    ...report,
    observations,
    ...(documents.length > 0 && { documents }),
    ...(!isAsSaid && { arranged: { count: first.length, said: arranged.said } }),
  };
}
