import type { CdaDocument, Recipient, Section } from "./cda-reading.ts";
import { codingOf } from "./concept.ts";
import { instanceOf } from "./document-set.ts";
import type { DocumentType } from "./document-type.ts";
import { CDA_LIMITS } from "./limits.ts";
import { organisationAt, partyAt } from "./party.ts";
import { type Place, stated } from "./place.ts";

/** What the document says of itself beside its event. */
export function documentSaid(document: Place, set: string, type: DocumentType): CdaDocument {
  const said = stated<Omit<CdaDocument, "recipients" | "sections">>({
    id: instanceOf(document.at("id")),
    set,
    version: versionOf(document),
    messageType: type.code,
    isNullification: type.isNullification,
    custodian: organisationAt(custodianOf(document)),
  });
  return { ...said, recipients: recipientsOf(document), sections: sectionsOf(document) };
}

export const custodianOf = (document: Place): Place | undefined =>
  document.at("custodian", "assignedCustodian", "representedCustodianOrganization");

/** Undefined where it is no number that a version can have. */
export function versionOf(document: Place): number | undefined {
  const number = document.at("versionNumber");
  const text = number?.attribute("value");
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  number?.warn("structure", "The version is no number.");
  return undefined;
}

/** To whom it was sent, and (tracked) who gets a copy. */
const recipientsOf = (document: Place): Recipient[] =>
  document.all("informationRecipient").flatMap((each) => {
    const party = partyAt(each.at("intendedRecipient"));
    return party ? [{ ...party, isPrimary: each.attribute("typeCode") !== "TRC" }] : [];
  });

function sectionsOf(document: Place): Section[] {
  const sections: Section[] = [];
  const add = (body: Place | undefined, depth: number): void => {
    if (body === undefined || depth > CDA_LIMITS.sectionDepthMax) return;
    for (const component of body.all("component")) {
      const section = component.at("section");
      if (section === undefined || sections.length >= CDA_LIMITS.sectionsMax) continue;
      const code = section.at("code");
      sections.push(
        stated<Section>({
          depth,
          title: section.at("title")?.text(),
          code: code === undefined ? undefined : codingOf(code),
        }),
      );
      add(section, depth + 1);
    }
  };
  add(document.at("component", "structuredBody"), 1);
  return sections;
}
