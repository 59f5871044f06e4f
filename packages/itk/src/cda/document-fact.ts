import type { FactOf, FactStatement } from "@chesil/model";
import type { CdaContext, CdaDocument, CdaReading } from "./cda-reading.ts";
import { conceptAt } from "./concept.ts";
import { partsOf } from "./content.ts";
import { instanceOf } from "./document-set.ts";
import { documentKey } from "./fact-key.ts";
import { partyAt } from "./party.ts";
import { type Place, stated } from "./place.ts";
import { whenAt } from "./time.ts";

type Document = FactOf<"document">;

type Around = {
  readonly content: CdaContext["content"];
  readonly visitNumber: string | undefined;
  readonly said: CdaDocument;
  readonly reading: CdaReading;
};

/** The document as a fact of its patient, stored whole: coded entries are not taken out of it as facts of their own. */
export function documentFact(
  document: Place,
  set: string,
  { content, visitNumber, said, reading }: Around,
): FactStatement {
  const authenticator = document.at("legalAuthenticator") ?? document.at("authenticator");
  const { action, relatesTo } = relationOf(document, set);
  return stated<FactStatement>({
    key: documentKey(set),
    action,
    relatesTo,
    visitNumber,
    content: stated<Document>({
      kind: "document",
      type: conceptAt(document.at("code")) ?? { codings: [] },
      title: document.at("title")?.text(),
      status: authenticator === undefined ? "final" : "authenticated",
      confidentiality: document.at("confidentialityCode")?.attribute("code"),
      availability: undefined,
      authoredAt: whenAt(document.at("effectiveTime")) ?? whenAt(document.at("author", "time")),
      author: partyAt(document.at("author", "assignedAuthor")),
      authenticator: partyAt(authenticator?.at("assignedEntity")),
      set: stated<NonNullable<Document["set"]>>({
        ...{ authority: reading.authority, id: set },
        ...{ instance: instanceOf(document.at("id")), version: said.version },
      }),
      custodian: said.custodian,
      recipients: orNone(
        said.recipients.map(({ isPrimary, ...party }) => ({ ...party, as: isPrimary ? "recipient" : "copy" })),
      ),
      sections: orNone(said.sections),
      parts: partsOf(document, content),
    }),
  });
}

const orNone = <T>(list: readonly T[]): T[] | undefined => (list.length > 0 ? [...list] : undefined);

/** What takes a document back says nothing of it: what it was stays, marked. */
export const retractionOf = (set: string, { authority }: CdaReading): FactStatement => ({
  key: documentKey(set),
  action: "retract",
  content: { kind: "document", type: { codings: [] }, status: "unknown", set: { authority, id: set } },
});

/** To an earlier version of its own set nothing need be said: they are one fact. A transformation is no relation of facts. */
function relationOf(document: Place, set: string): Pick<FactStatement, "action" | "relatesTo"> {
  const addend = parentSets(document, "APND").find((each) => each !== set);
  const replaced = replacedSet(document, set);
  if (replaced !== undefined) return { action: "replace", relatesTo: documentKey(replaced) };
  return addend === undefined ? { action: "state" } : { action: "addend", relatesTo: documentKey(addend) };
}

/** The other set that the document says it stands in for. */
export const replacedSet = (document: Place, set: string): string | undefined =>
  parentSets(document, "RPLC").find((each) => each !== set);

/**
 * The sets that related documents are of. One that is named by its id alone is of the document's own set: versions refer to
 * each other so.
 */
export const parentSets = (document: Place, typeCode: string): string[] =>
  document
    .all("relatedDocument")
    .filter((each) => each.attribute("typeCode") === typeCode)
    .flatMap((each) => {
      const parent = each.at("parentDocument");
      return instanceOf(parent?.at("setId")) ?? (document.at("setId") ? [] : (instanceOf(parent?.at("id")) ?? []));
    });
