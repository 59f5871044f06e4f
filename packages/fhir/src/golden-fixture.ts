import { address, type GoldenRecord, identifier, personName, telecom } from "@chesil/model";
import fc from "fast-check";
import type { PatientSource } from "./patient.ts";

/** Golden records as senders can make them: any text in any field, blank and unreadable ones included. For tests. */

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("", " ", "\u0000", "SMITH", "Ana María", "A", "P", "99", "01", "en", "G8000001", "Y06601"),
);
const dateText = fc.oneof(text, fc.constantFrom("1950", "1950-07", "1950-07-31", "1950-02-30", "2026-05-05T10:00:00Z"));
const party = fc.record({ code: text, display: text }, { requiredKeys: [] });

const uses = <Use extends string>(options: readonly Use[]) => fc.constantFrom(...options);
const name = fc.record(
  {
    use: uses(personName.shape.use.options),
    family: text,
    given: fc.array(text, { maxLength: 3 }),
    prefix: text,
    suffix: text,
  },
  { requiredKeys: ["use", "given"] },
);
const home = fc.record(
  {
    use: uses(address.shape.use.options),
    lines: fc.array(text, { maxLength: 3 }),
    city: text,
    county: text,
    postcode: text,
    country: text,
  },
  { requiredKeys: ["use", "lines"] },
);
const contact = fc.record({
  kind: uses(telecom.shape.kind.options),
  use: uses(telecom.shape.use.options),
  value: text,
});
const number = fc.record(
  {
    authority: fc.oneof(text, fc.constantFrom("NHS", "RDZ")),
    value: text,
    type: text,
    trust: uses(identifier.shape.trust.unwrap().options),
  },
  { requiredKeys: ["authority", "value", "type"] },
);

const sourced = <T>(value: fc.Arbitrary<T>) => fc.record({ value, sourceRecordId: fc.constant(1000) });

const golden = fc.record(
  {
    names: sourced(fc.array(name, { maxLength: 3 })),
    birthDate: sourced(dateText),
    sex: sourced(fc.constantFrom("male", "female", "indeterminate", "unknown")),
    addresses: sourced(fc.array(home, { maxLength: 2 })),
    telecoms: sourced(fc.array(contact, { maxLength: 3 })),
    ethnicity: sourced(text),
    maritalStatus: sourced(text),
    religion: sourced(text),
    language: sourced(text),
    deceased: sourced(fc.boolean()),
    deathDate: sourced(dateText),
    generalPractitioner: sourced(party),
    generalPractice: sourced(party),
    nhsNumber: sourced(
      fc.record({
        value: fc.constant("9990000018"),
        trust: fc.constantFrom("verified" as const, "unverified" as const),
      }),
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<GoldenRecord>;

const at = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const known = <T>(value: fc.Arbitrary<T>) => fc.record({ value, recordedAt: at, journalId: fc.nat() });
const saying = fc.tuple(at, fc.nat());
const said = <T>(value: fc.Arbitrary<T>) =>
  fc.array(
    fc.record(
      { value, first: saying, last: saying, between: fc.array(saying, { maxLength: 3 }) },
      { requiredKeys: ["value"] },
    ),
    { maxLength: 2 },
  );

const record = fc.record(
  {
    sourceRecordId: fc.nat(),
    authority: fc.oneof(text, fc.constantFrom("NHS", "RDZ")),
    localId: text,
    status: fc.constantFrom("active", "retired", "deleted"),
    identifiers: known(fc.array(number, { maxLength: 3 })),
    demographics: fc.record(
      { names: known(fc.array(name, { maxLength: 2 })), addresses: known(fc.array(home, { maxLength: 2 })) },
      { requiredKeys: [] },
    ),
    former: fc.record({
      since: saying,
      fields: fc.record(
        { names: said(fc.array(name, { maxLength: 2 })), addresses: said(fc.array(home, { maxLength: 2 })) },
        { requiredKeys: [] },
      ),
    }),
  },
  { requiredKeys: ["sourceRecordId", "authority", "localId", "status", "identifiers", "demographics"] },
) as fc.Arbitrary<PatientSource["records"][number]>;

export const patientSource: fc.Arbitrary<PatientSource> = fc.record({
  personId: fc.uuid(),
  golden,
  records: fc.array(record, { maxLength: 3 }),
  version: fc.record({ journalId: fc.nat(), at: fc.constant(new Date("2026-01-02T03:04:05.678Z")) }),
});
