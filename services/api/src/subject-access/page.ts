import { DEMOGRAPHIC_FIELDS, FACT_KINDS, formatNhsNumber } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import { FIELD_LABELS, fieldText } from "../persons/texts.ts";
import { factsOf } from "./facts-section.ts";
import { formerValues, identifierText } from "./former-values.ts";
import { type Cell, Markup, markup, type Pieces, tableOf, unbroken } from "./markup.ts";
import type { WholeRecord } from "./record.ts";
import { STYLE } from "./style.ts";
import { visitPlaces } from "./visit-places.ts";
import { ACTION_WORDS, AUTHORITY_WORDS, KIND_TITLES, PURPOSE_WORDS, ROLE_WORDS, STATUS_WORDS, when } from "./words.ts";

type Section = { readonly id: string; readonly title: string; readonly count?: number; readonly body: Pieces };

/**
 * One person's whole record as one page of HTML that stands by itself, in pieces of text: it fetches nothing, runs nothing,
 * and prints well. Every value is with who said it and when, and nothing is cut.
 */
export async function* recordPage(record: WholeRecord): AsyncGenerator<string> {
  const sections = sectionsOf(record);
  const missing = FACT_KINDS.filter((kind) => !record.factCounts.has(kind)).map((kind) => KIND_TITLES[kind]);
  yield headOf(record, sections).html;
  for (const { id, title, body } of sections) {
    yield markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>\n`.html;
    for await (const piece of body) yield piece.html;
    yield "</section>\n";
  }
  yield markup`${
    missing.length > 0 &&
    markup`<section id="nothing" aria-labelledby="nothing-title"><h2 id="nothing-title">Of what nothing is recorded</h2>
<ul>${missing.map((title) => markup`<li>${title}</li>`)}</ul></section>`
  }
</main>
<footer><div class="width"><p>Each value is shown with the organisation that sent it and when it was recorded there. To have a value put
right, ask that organisation.</p><p>Reference ${record.personId}. This is the end of the record.</p></div></footer>
</body></html>
`.html;
}

const sectionsOf = (record: WholeRecord): Section[] => [
  { id: "details", title: "Your details", body: detailsOf(record) },
  { id: "sources", title: "Who holds a record of you, and what it says", body: sourcesOf(record) },
  { id: "former", title: "What was recorded before", body: formerOf(record) },
  { id: "visits", title: "Visits to hospital", body: visitsOf(record) },
  ...FACT_KINDS.flatMap((kind) => {
    const count = record.factCounts.get(kind);
    return count === undefined ? [] : [{ id: kind, title: KIND_TITLES[kind], count, body: factsOf(record, kind) }];
  }),
  { id: "identity", title: "How these records were brought together", body: historyOf(record) },
  { id: "sharing", title: "What you said about sharing, and how closely your record is kept", body: sharingOf(record) },
  { id: "looks", title: "Who has looked at your record", body: looksOf(record) },
];

function headOf({ golden, preparedAt, others, personId }: WholeRecord, sections: readonly Section[]): Markup {
  const name = golden.name?.text ?? "Name not known";
  const number = golden.nhsNumber?.value as { value: string } | undefined;
  const known = [
    number && `NHS number ${formatNhsNumber(number.value)}`,
    golden.birthDate && `born ${golden.birthDate.text}`,
  ];
  return markup`<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">
<title>Health and care record of ${name}</title><style>${new Markup(STYLE)}</style></head>
<body><header><div class="width"><p class="confidential">Confidential: personal health and care record</p><h1>${name}</h1>
<p>${known.filter(Boolean).join(" · ")}</p>
<p>Everything that is held about you in this shared care record, prepared on ${when(preparedAt.toISOString())}</p>
<p>Reference ${personId}</p></div></header>
<main class="width">
<div class="inset care" id="review"><p><b>Before this is handed over</b>, an officer checks it and takes out what could do serious harm, and what
is about other people and not theirs to give. ${othersText(others)}</p></div>
<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>${sections.map(
    ({ id, title, count }) =>
      markup`<li><a href="#${id}">${title}</a>${count !== undefined && markup` <span class="quiet">(${count})</span>`}</li>`,
  )}</ol></nav>
`;
}

/** Of a page that stands by itself: styles within it, pictures within it, and nothing else at all. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const othersText = (others: number): Markup =>
  others === 0
    ? markup`It lists no relatives or contacts; notes and letters may name other people all the same.`
    : markup`<b>It names ${others} other ${others === 1 ? "person" : "people"}</b> in <a href="#relationship">${KIND_TITLES.relationship}</a>,
each marked there: check before it is handed over. Notes and letters may name more.`;

const NONE = markup`<p class="quiet">Nothing is recorded.</p>\n`;
const table = (columns: readonly string[], rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>) =>
  tableOf(columns, rows, NONE);

async function* rowsOf<T>(rows: AsyncIterable<T> | Iterable<T>, cellsOf: (row: T) => readonly Cell[]) {
  for await (const row of rows) yield cellsOf(row);
}

type Source = { readonly authority: string; readonly localId: string };
const sourceText = ({ authority, localId }: Source) =>
  markup`${authority}<br><span class="quiet">number ${localId}</span>`;

async function* detailsOf({ golden, doubts }: WholeRecord): AsyncGenerator<Markup> {
  // The usual name is among the names.
  const fields = Object.entries(golden).filter(([field]) => field !== "name");
  const rows = fields.flatMap(([field, value]): Cell[][] => {
    if (!value) return [];
    const label = FIELD_LABELS[field as keyof typeof FIELD_LABELS] ?? field;
    const others = value.alternatives.map((other) => [
      markup`<span class="quiet">${label}, as another says</span>`,
      ...[other.text, sourceText(other.source), unbroken(when(other.recordedAt))],
    ]);
    return [[label, value.text, sourceText(value.source), unbroken(when(value.recordedAt))], ...others];
  });
  yield* table(["What", "Value", "Sent by", "Recorded there"], rows);
  if (doubts.length > 0)
    yield markup`<h3>What in it can not be so</h3><ul>${doubts.map((text) => markup`<li>${text}</li>`)}</ul>\n`;
}

async function* sourcesOf({ records, messages }: WholeRecord): AsyncGenerator<Markup> {
  if (records.length === 0) yield NONE;
  for (const record of records) {
    const { authority, localId, feed, status, sourceRecordId } = record;
    yield markup`<article id="record-${sourceRecordId}"${status !== "active" && new Markup(' class="gone"')}><h3>${authority}, number ${localId}</h3>
${status !== "active" && markup`<p><span class="tag">${STATUS_WORDS[status]}</span></p>`}\n`;
    yield* table(["What", "Value", "Recorded there"], saidBy(record));
    yield markup`<p class="quiet">Received by ${feed} · ${messages.get(sourceRecordId) ?? 0} messages · reference ${sourceRecordId}</p></article>\n`;
  }
}

/** What one source says now. */
function* saidBy({ identifiers, demographics }: StoredRecord): Generator<readonly Cell[]> {
  for (const each of identifiers.value ?? [])
    yield ["Number", identifierText(each), unbroken(when(identifiers.recordedAt))];
  for (const field of DEMOGRAPHIC_FIELDS) {
    const known = demographics[field];
    if (known?.value === undefined) continue;
    yield [FIELD_LABELS[field], fieldText(field, known.value as never), unbroken(when(known.recordedAt))];
  }
}

const formerOf = ({ records }: WholeRecord) =>
  table(
    ["What", "Value", "Sent by", "From", "To"],
    rowsOf(formerValues(records), ({ label, text, record, from, to }) => [
      ...[label, text, record && sourceText(record)],
      ...[from === undefined ? "not known" : unbroken(when(from)), unbroken(when(to))],
    ]),
  );

const visitsOf = (record: WholeRecord) =>
  table(
    ["Visit", "Where", "From", "To", "Sent by"],
    rowsOf(
      record.visits(),
      (each) =>
        [
          markup`<span id="visit-${each.encounterId}">${each.class ?? "visit"} ${each.visitNumber}</span><br><span class="${each.status === "deleted" ? "tag" : "quiet"}">${STATUS_WORDS[each.status] ?? each.status}</span>`,
          markup`${visitPlaces(each)}${[each.movements?.length ? null : each.location, each.specialty, each.consultant?.display ?? each.consultant?.code].filter(Boolean).join(" · ")}${visitDetails(each)}`,
          each.admittedAt === null
            ? each.expectedAt && markup`expected ${unbroken(when(each.expectedAt))}`
            : unbroken(when(each.admittedAt)),
          each.dischargedAt === null ? undefined : unbroken(when(each.dischargedAt)),
          markup`${each.authority}<br><span class="quiet">recorded there ${unbroken(when(each.recordedAt.toISOString()))}</span>`,
        ] as Cell[],
    ),
  );

type Visit = { readonly [detail in keyof typeof VISIT_DETAILS]: string | null };
const VISIT_DETAILS = {
  admissionMethod: "admitted by",
  dischargeDestination: "discharged to",
  pendingLocation: "to go to",
  account: "account",
} as const;

/** What only some visits have, as it was sent. */
const visitDetails = (visit: Visit) =>
  Object.entries(VISIT_DETAILS).map(([detail, label]) => {
    const value = visit[detail as keyof Visit];
    return value ? markup`<br><span class="quiet">${label} ${value}</span>` : undefined;
  });

const historyOf = (record: WholeRecord) =>
  table(
    ["When", "What happened", "Decided by"],
    rowsOf(record.history(), ({ at, text, by, reason, records }) => {
      const others = records.filter((each) => !text.includes(each));
      return [
        unbroken(when(at.toISOString())),
        markup`${text}${reason && markup`<br><span class="quiet">Because: ${reason}</span>`}${others.length > 0 && markup`<br><span class="quiet">Of ${others.join(", ")}</span>`}`,
        by ?? "Chesil, by its rules",
      ];
    }),
  );

const consentOf = (record: WholeRecord) =>
  table(
    ["Asked on", "What", "By whom", "Why", "Recorded"],
    rowsOf(record.consent(), (each) => [
      unbroken(when(each.askedOn)),
      each.optedOut ? "Do not share my record" : "Share my record again",
      each.askedBy === "person" ? "you" : markup`for you: ${AUTHORITY_WORDS[each.authority ?? "other"]}`,
      markup`${each.reason}${each.evidence && markup`<br><span class="quiet">${each.evidence}</span>`}${each.lacksCapacity && markup`<br><span class="quiet">Recorded: lacks capacity to decide this.</span>`}`,
      markup`${unbroken(when(each.recordedAt.toISOString()))}<br><span class="quiet">by ${each.recordedBy}</span>`,
    ]),
  );

async function* sharingOf(record: WholeRecord): AsyncGenerator<Markup> {
  yield* consentOf(record);
  const kept = record.sensitivity.flatMap(({ sourceRecordId, sender, officer }): Cell[][] => {
    const from = record.records.find((each) => each.sourceRecordId === sourceRecordId);
    const what = from && `Record ${from.authority} ${from.localId}`;
    return [
      ...(sender ? [[what, sender, "its sender", undefined, undefined]] : []),
      ...(officer
        ? [[what, officer.level, officer.recordedBy, officer.reason, unbroken(when(officer.recordedAt.toISOString()))]]
        : []),
    ];
  });
  if (kept.length > 0) yield* table(["What", "Is kept", "Who said so", "Why", "Recorded"], kept);
}

const looksOf = (record: WholeRecord) =>
  table(
    ["Who", "What for", "How", "How often", "First", "Last"],
    rowsOf(record.looks(), (each) => [
      markup`${each.who}<br><span class="quiet">${each.source ? `by the ${each.source}` : (each.roles?.map((role) => ROLE_WORDS[role] ?? role).join(", ") ?? "without an account here")}</span>`,
      PURPOSE_WORDS[each.purpose ?? "direct-care"] ?? each.purpose ?? "",
      markup`${ACTION_WORDS[each.action] ?? each.action}${each.isRefused && markup` <span class="tag">refused</span>`}`,
      String(each.times),
      unbroken(when(each.first.toISOString())),
      unbroken(when(each.last.toISOString())),
    ]),
  );
