import { CDA_LIMITS } from "./limits.ts";
import type { Place } from "./place.ts";

/** What stands in the document and in no statement of its event, by where it stands. */

/** What a place may hold that is read, or is what the standard writes there and says nothing. */
const READ: readonly (readonly [path: readonly string[], names: string])[] = [
  [
    [],
    "realmCode typeId templateId id code title effectiveTime confidentialityCode languageCode setId versionNumber " +
      "copyTime recordTarget author custodian informationRecipient authenticator legalAuthenticator relatedDocument componentOf component",
  ],
  [["recordTarget"], "templateId patientRole"],
  [["recordTarget", "patientRole"], "templateId id addr telecom patient providerOrganization"],
  [
    ["recordTarget", "patientRole", "patient"],
    "templateId id name administrativeGenderCode birthTime maritalStatusCode religiousAffiliationCode ethnicGroupCode " +
      "guardian languageCommunication",
  ],
  [["component"], "nonXMLBody"],
];

/** Other names than the standard's may be anything, a patient's too. */
const OF_CDA = /^\{urn:hl7-org:v3\}([A-Za-z]{1,40})$/;

export function notMapped(document: Place): string[] {
  const found = new Set<string>();
  for (const [path, names] of READ) {
    const place = document.at(...path);
    const read = new Set(names.split(" "));
    for (const key of place?.children.keys() ?? []) {
      const name = OF_CDA.exec(key)?.[1];
      if (name === undefined || read.has(name) || found.size >= CDA_LIMITS.notMappedMax) continue;
      found.add([...path, name].join("/"));
    }
  }
  return [...found].sort();
}
