import type { RegisterRow } from "@chesil/simulator";
import { message } from "../../test/region.ts";

/** A row of a register as its source sends it, and as somebody asks who that is. */

/** Of a row on file it is an unchanged resend, whatever the event. */
export function messageOf(row: RegisterRow, event: string): Uint8Array {
  const identifiers = [[row.id, "", "", row.source, "MR"]];
  if (row.nhs_number) identifiers.push([row.nhs_number, "01", "", "NHS", "NH"]);
  const pid = {
    3: { repetitions: identifiers },
    5: [row.family_name, row.given_name, row.middle_name, "", "", "", "L"],
    7: row.date_of_birth.replaceAll("-", ""),
    8: row.sex,
    11: row.address || row.postcode ? [row.address, "", row.city, "", row.postcode, "GBR", "H"] : "",
    13: {
      repetitions: [
        ...(row.phone ? [[row.phone, "PRN", "PH"]] : []),
        ...(row.email ? [["", "NET", "Internet", row.email]] : []),
      ],
    },
  };
  return message(
    event,
    [
      { id: "PID", fields: pid },
      { id: "PD1", fields: { 3: row.gp_practice ? ["", "", row.gp_practice] : "" } },
    ],
    { authority: row.source },
  );
}

const SEX: Readonly<Record<string, string>> = { M: "male", F: "female" };

/** The body of a `$match` for whoever the row describes, with all that it says. @param isNumberKnown false leaves the NHS number out. */
export function matchBodyOf(row: RegisterRow, isNumberKnown: boolean): object {
  const gender = SEX[row.sex];
  const telecom = [
    ...(row.phone ? [{ system: "phone", value: row.phone }] : []),
    ...(row.email ? [{ system: "email", value: row.email }] : []),
  ];
  const given = [row.given_name, row.middle_name].filter((name) => name !== "");
  const resource = {
    resourceType: "Patient",
    ...(isNumberKnown && row.nhs_number
      ? { identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: row.nhs_number }] }
      : {}),
    name: [{ family: row.family_name, given }],
    ...(gender ? { gender } : {}),
    ...(row.date_of_birth ? { birthDate: row.date_of_birth } : {}),
    ...(row.postcode
      ? { address: [{ ...(row.address ? { line: [row.address] } : {}), postalCode: row.postcode }] }
      : {}),
    ...(telecom.length > 0 ? { telecom } : {}),
  };
  return { resourceType: "Parameters", parameter: [{ name: "resource", resource }] };
}

/** Whether a clerk would ask about them: somebody unknown has no name to ask for, and half a row is refused. */
export const isAskable = (row: RegisterRow): boolean =>
  row.family_name !== "" && row.given_name !== "" && row.date_of_birth !== "" && row.date_of_birth !== "1900-01-01";
