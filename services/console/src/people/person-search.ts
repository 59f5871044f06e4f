import type { PersonSearch, Sex } from "../api/types.ts";
import type { FieldError } from "../nhs/messages.tsx";
import { parseTypedDate } from "../text/dates.ts";

/** The search form of the people page: one box, or fields. */
export type PersonCriteria = {
  by: "text" | "fields";
  text: string;
  nhsNumber: string;
  family: string;
  given: string;
  birthDate: string;
  sex: Sex | "";
  postcode: string;
  localId: string;
};

export const NO_PERSON_CRITERIA: PersonCriteria = {
  by: "text",
  text: "",
  nhsNumber: "",
  family: "",
  given: "",
  birthDate: "",
  sex: "",
  postcode: "",
  localId: "",
};

const TEXT_FIELDS = ["nhsNumber", "family", "given", "postcode", "localId"] as const;

export type PersonSearchResult = { ok: true; search: PersonSearch } | { ok: false; errors: FieldError[] };

/** What to ask the API for, or what to put right first. */
export function personSearch(criteria: PersonCriteria): PersonSearchResult {
  if (criteria.by === "text") {
    const text = criteria.text.trim();
    if (text !== "") return { ok: true, search: { text } };
    return {
      ok: false,
      errors: [{ field: "text", text: "Enter a name, NHS number, date of birth, postcode or local id" }],
    };
  }
  const search: PersonSearch = {};
  const errors: FieldError[] = [];
  for (const field of TEXT_FIELDS) {
    const text = criteria[field].trim();
    if (text !== "") search[field] = field === "nhsNumber" ? text.replace(/[\s-]/g, "") : text;
  }
  if (search.nhsNumber !== undefined && !/^\d{10}$/.test(search.nhsNumber)) {
    errors.push({ field: "nhsNumber", text: "NHS number must be 10 digits, like 999 000 4951" });
  }
  if (criteria.birthDate.trim() !== "") {
    const date = parseTypedDate(criteria.birthDate);
    if (date === undefined)
      errors.push({ field: "birthDate", text: "Date of birth must be a real date, like 27 7 1965" });
    else search.birthDate = date;
  }
  if (criteria.sex !== "") search.sex = criteria.sex;
  if (errors.length > 0) return { ok: false, errors };
  if (Object.keys(search).length === 0) {
    return { ok: false, errors: [{ field: "nhsNumber", text: "Fill in at least one field" }] };
  }
  return { ok: true, search };
}
