import type { FactContent, FactKind, Observation } from "@chesil/model";
import type { VersionedFact } from "@chesil/store";
import { factText } from "../persons/fact-text.ts";
import { isAboutAnother } from "./bundle.ts";
import { conceptText, conceptWithCodes, contentFields } from "./content-fields.ts";
import type { SubjectDocument } from "./documents.ts";
import { type Cell, Markup, markup, type Pieces, tableOf, unbroken } from "./markup.ts";
import type { WholeRecord } from "./record.ts";
import { KIND_TITLES, when } from "./words.ts";

const STATE_WORDS = {
  superseded: "replaced by another",
  retracted: "entered in error: its sender took it back",
  withdrawn: "no longer listed by its sender",
} as const;

/** All facts of a kind, newest first, those that were taken back among them, each with what it said before. */
export async function* factsOf(record: WholeRecord, kind: FactKind): AsyncGenerator<Markup> {
  for await (const fact of record.facts([kind])) yield* articleOf(record, fact);
}

async function* articleOf(record: WholeRecord, fact: VersionedFact): AsyncGenerator<Markup> {
  const { factId, content, state, authority, recordedAt, encounterId, relation } = fact;
  const title = titleOf(content) || KIND_TITLES[content.kind];
  yield markup`<article id="fact-${factId}"${state !== "current" && new Markup(' class="gone"')}>
<h3>${title}</h3>${state !== "current" && markup`<p><span class="tag">${STATE_WORDS[state]}</span></p>`}${isAboutAnother(fact) && markup`<p><span class="tag care">About another person: to be reviewed</span></p>`}
`;
  yield* saidIn(content, title);
  const notes = [
    `Sent by ${authority}`,
    `recorded there ${when(recordedAt.toISOString())}`,
    encounterId !== null && markup`<a href="#visit-${encounterId}">of this visit</a>`,
    relation &&
      markup`<a href="#fact-${relation.factId}">${relation.action === "replace" ? "replaces this" : "adds to this"}</a>`,
    `reference ${factId}`,
  ].filter((note) => note !== false && note !== null);
  yield markup`<p class="quiet">${notes.map((note, at) => markup`${at > 0 && " · "}${note}`)}</p>\n`;
  for await (const document of record.documents(fact)) yield documentOf(document);
  for await (const version of record.earlier(factId)) {
    yield markup`<div class="earlier"><h4>Said otherwise too, recorded ${when(version.recordedAt.toISOString())}</h4>\n`;
    yield* saidIn(version.content);
    for await (const document of record.earlierDocuments(fact, version)) yield documentOf(document, EARLIER);
    yield markup`</div>\n`;
  }
  yield markup`</article>\n`;
}

/** As a list has it; but what a document's author restricts is theirs to read, and the document itself follows. */
const titleOf = (content: FactContent): string =>
  content.kind === "document" ? (content.title ?? conceptText(content.type)) : factText(content).title;

/** All that it says, but what stands over it already. */
async function* saidIn(content: FactContent, title = ""): Pieces & AsyncGenerator<Markup> {
  const fields = contentFields(content).filter(({ text }) => text !== title);
  if (fields.length > 0)
    yield markup`<dl>${fields.map(({ label, text }) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>\n`;
  if (content.kind === "result" && content.observations.length > 0) yield* observationsOf(content.observations);
}

const NO_FINDINGS = markup`<p class="quiet">No findings.</p>`;

const FINDING_COLUMNS: readonly { readonly title: string; readonly cellOf: (each: Observation) => Cell }[] = [
  {
    title: "What was looked for",
    cellOf: ({ code, subId }) =>
      markup`${conceptWithCodes(code)}${subId && markup` <span class="quiet">part ${subId}</span>`}`,
  },
  {
    title: "Found",
    cellOf: ({ value, units, concepts = [] }) =>
      markup`${[value, units].filter(Boolean).join(" ")}${concepts.map(
        (concept) => markup` <span class="quiet">${conceptWithCodes(concept)}</span>`,
      )}`,
  },
  { title: "Usual range", cellOf: ({ referenceRange }) => referenceRange },
  {
    title: "Marked",
    cellOf: ({ flags = [], status }) => [...flags, ...(status === "final" ? [] : [status])].join(", ") || undefined,
  },
  { title: "When", cellOf: ({ observedAt }) => observedAt && unbroken(when(observedAt)) },
  { title: "Notes", cellOf: ({ notes }) => notes?.join("\n") },
];

/** A column that no finding has anything for is left out. */
function observationsOf(observations: readonly Observation[]): AsyncGenerator<Markup> {
  const columns = FINDING_COLUMNS.filter(({ cellOf }) => observations.some((each) => cellOf(each) !== undefined));
  const rows = observations.map((each) => columns.map(({ cellOf }) => cellOf(each)));
  return tableOf(
    columns.map(({ title }) => title),
    rows,
    NO_FINDINGS,
  );
}

/** After the name of what stands in a version that holds no more. */
const EARLIER = ", of this earlier version";

/** Rendered where that can be; its file too, within the page. */
function documentOf(document: SubjectDocument, mark = ""): Markup {
  const { n, title, fileName, kindName, contentType, reference, bytes, render } = document;
  const name = `${title ?? `Document ${n}`}${mark}`;
  if (!bytes)
    return reference === undefined
      ? markup`<p class="quiet">${name} (${kindName}): its content is not held any more, or could not be read.</p>\n`
      : markup`<p class="quiet">${name} (${kindName}): its sender keeps it, at ${reference}</p>\n`;
  const rendered = render();
  const warnings = (rendered?.findings ?? []).filter(({ severity }) => severity === "warning");
  // What renderDocument gives holds nothing that runs or fetches.
  return markup`<h4>${name}</h4>${rendered?.html && markup`<div class="document">${new Markup(rendered.html)}</div>`}
${warnings.map(({ text }) => markup`<p class="quiet">${text}</p>`)}
<p class="file"><a download="${fileName}" href="data:${contentType};base64,${bytes.toString("base64")}">Save ${name} as it was sent</a> <span
class="quiet">(${kindName}, ${Math.ceil(bytes.length / 1024)} KB)</span></p>\n`;
}
