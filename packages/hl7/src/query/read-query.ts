import { type Header, readHeader } from "../answer/header.ts";
import type { FeedDialect } from "../map/dialect.ts";
import { cleanText, issuerOf, readIdentifiers } from "../map/identifiers.ts";
import { type Message, readMessage } from "../message/message.ts";
import { readCriteria } from "./criteria.ts";
import type {
  DemographicsQuery,
  IdentifierQuery,
  IdentityQuery,
  PersonQuery,
  QueriedDomain,
  QueriedIdentifier,
  QueryCancellation,
  QueryCriteria,
} from "./query.ts";
import { cannot, QUERY_REPETITIONS_MAX, QUERY_TEXT_LENGTH_MAX, type Read, read, repetitionsOf } from "./query-place.ts";

/** A query as sent, for its answer to repeat. */
export interface SentQuery {
  readonly message: Message;
  readonly header: Header;
  /** QPD-2 or QID-1; empty where there is none. */
  readonly tag: string;
}

/** `sent` is missing only where the bytes are no message at all. */
export type QueryReading = { readonly sent?: SentQuery } & Read<IdentityQuery>;

/** More patients than this in one answer are not asked for by anybody who means it. */
const QUANTITY_MAX = 1_000_000;

const VERSION = /^2\.[1-9](?:\.[0-9]+)*$/;
const PROCESSING_IDS = new Set(["", "P", "T", "D"]);

/** Bytes to a query, or why they are none that can be answered. Pure, and never throws. */
export function readQuery(bytes: Uint8Array, feed: FeedDialect): QueryReading {
  const opened = readMessage(bytes, feed);
  if (!opened.ok) return cannot("102", "MSH^1", opened.text, "reject");
  const { message } = opened;
  const header = readHeader(message);
  const sent = { message, header, tag: cleanText(message.get("QPD", 2) || message.get("QID", 1)) };
  return { sent, ...queryOf(sent, feed) };
}

function queryOf({ message, header, tag }: SentQuery, feed: FeedDialect): Read<IdentityQuery> {
  if (!PROCESSING_IDS.has(header.processingId)) {
    return cannot("202", "MSH^1^11", "MSH-11 is not P, T or D.", "reject");
  }
  if (header.version !== "" && !VERSION.test(header.version)) {
    return cannot("203", "MSH^1^12", "MSH-12 names no version of HL7 v2.", "reject");
  }
  const type = `${header.messageCode}^${header.triggerEvent}`;
  const isKnown = ["QCN^J01", "QBP^Q21", "QBP^Q22", "QBP^Q23", "QBP^ZV1"].includes(type);
  if (!isKnown) {
    return cannot("201", "MSH^1^9", "Offered are QBP^Q21, QBP^Q22, QBP^Q23, QBP^ZV1 and QCN^J01.", "reject");
  }
  const holder = type === "QCN^J01" ? "QID" : "QPD";
  if (message.segment(holder) === undefined) return cannot("100", `${holder}^1`, `There is no ${holder} segment.`);
  const tagField = holder === "QID" ? "QID^1^1" : "QPD^1^2";
  if (tag === "") return cannot("101", tagField, "The query tag is missing.");
  if (tag.length > QUERY_TEXT_LENGTH_MAX) return cannot("102", tagField, "The query tag is too long.");
  if (holder === "QID") return read({ kind: "cancellation", tag } satisfies QueryCancellation);
  const priority = message.get("RCP", 1).trim().toUpperCase();
  if (priority !== "" && priority !== "I") {
    return cannot("103", "RCP^1^1", "Queries are answered at once: RCP-1 is I.");
  }
  switch (type) {
    case "QBP^Q21":
      return personQuery(message, tag, feed);
    case "QBP^Q23":
      return identifierQuery(message, tag, feed);
    default:
      return demographicsQuery(message, header, tag, feed);
  }
}

/** QPD-3 is the identifier, or criteria as those of Q22: these begin with `@` here, so that no id is taken for a place. */
function personQuery(message: Message, tag: string, feed: FeedDialect): Read<PersonQuery> {
  const isByCriteria = repetitionsOf(message, 3).some((each) => each.text.trim().startsWith("@"));
  const criteria = isByCriteria ? readCriteria(message, feed, false) : byIdentifier(identifierIn(message, feed));
  if (!criteria.ok) return criteria;
  const domains = domainsIn(message, 4, feed);
  return domains.ok ? read({ kind: "person", tag, criteria: criteria.value, domains: domains.value }) : domains;
}

const byIdentifier = (identifier: Read<QueriedIdentifier>): Read<QueryCriteria> =>
  identifier.ok ? read({ identifier: identifier.value }) : identifier;

function identifierQuery(message: Message, tag: string, feed: FeedDialect): Read<IdentifierQuery> {
  const identifier = identifierIn(message, feed);
  if (!identifier.ok) return identifier;
  const domains = domainsIn(message, 4, feed);
  return domains.ok
    ? read({ kind: "identifiers", tag, identifier: identifier.value, domains: domains.value })
    : domains;
}

/** QPD-3 as one CX. */
function identifierIn(message: Message, feed: FeedDialect): Read<QueriedIdentifier> {
  const [identifier, ...others] = readIdentifiers(message.segment("QPD"), 3, message, feed);
  if (identifier === undefined) return cannot("101", "QPD^1^3", "QPD-3 names no patient.");
  if (others.length > 0) return cannot("102", "QPD^1^3^2", "QPD-3 names one identifier.");
  const { authority, value } = identifier;
  if (value.length > QUERY_TEXT_LENGTH_MAX) return cannot("102", "QPD^1^3^1^1", "The identifier is too long.");
  return read({ authority, value });
}

function demographicsQuery(message: Message, header: Header, tag: string, feed: FeedDialect): Read<DemographicsQuery> {
  const withVisits = header.triggerEvent === "ZV1";
  const criteria = readCriteria(message, feed, withVisits);
  if (!criteria.ok) return criteria;
  const domains = domainsIn(message, 8, feed);
  if (!domains.ok) return domains;
  const quantity = quantityIn(message);
  if (!quantity.ok) return quantity;
  const continuation = cleanText(message.get("DSC", 1));
  return read({
    kind: "demographics",
    tag,
    withVisits,
    criteria: criteria.value,
    domains: domains.value,
    ...(quantity.value === undefined ? {} : { quantity: quantity.value }),
    ...(continuation === "" ? {} : { continuation }),
  });
}

/** Only component 4 of each counts: `^^^RDZ`, `^^^&1.2.3&ISO`, or both. */
function domainsIn(message: Message, field: number, feed: FeedDialect): Read<QueriedDomain[]> {
  const repetitions = repetitionsOf(message, field);
  if (repetitions.length > QUERY_REPETITIONS_MAX) {
    return cannot("102", `QPD^1^${field}`, `QPD-${field} has at most ${QUERY_REPETITIONS_MAX} repetitions.`);
  }
  const domains: QueriedDomain[] = [];
  for (const [index, repetition] of repetitions.entries()) {
    const issuer = repetition.component(4);
    const [name, universalId] = [cleanText(issuer.subcomponent(1).text), cleanText(issuer.subcomponent(2).text)];
    if (name === "" && universalId === "") continue;
    domains.push({ authority: issuerOf(name, universalId, feed), repetition: index + 1 });
  }
  return read(domains);
}

function quantityIn(message: Message): Read<number | undefined> {
  const place = message.segment("RCP")?.field(2);
  if (place?.state !== "value") return read(undefined);
  const unit = place.component(2).text.trim().toUpperCase();
  if (unit !== "" && unit !== "RD") return cannot("103", "RCP^1^2^1^2", "Patients are counted in records: RD.");
  const text = place.component(1).text.trim();
  const quantity = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (quantity < 1 || quantity > QUANTITY_MAX) return cannot("102", "RCP^1^2^1^1", "RCP-2 is no number of records.");
  return read(quantity);
}
