import { formatNhsNumber, type GoldenRecord, NHS_NUMBER_TRUST, sex } from "@chesil/model";
import { z } from "zod";
import { addressText, displayNameOf, homeAddress } from "./texts.ts";

export const personRow = z.object({
  personId: z.string(),
  displayName: z.string(),
  nhsNumber: z.object({ value: z.string(), display: z.string(), trust: z.enum(NHS_NUMBER_TRUST) }).nullable(),
  birthDate: z.string().nullable(),
  deathDate: z.string().nullable(),
  /** True also where the day is not known. */
  deceased: z.boolean(),
  sex: sex.nullable(),
  postcode: z.string().nullable(),
  addressText: z.string().nullable(),
  sourceRecords: z.number(),
  restricted: z.boolean(),
});
export type PersonRow = z.infer<typeof personRow>;

/** A person in a list. `golden`: as the gate permits it; `restricted`: some of it is kept from most. */
export function personRowOf(
  personId: string,
  golden: GoldenRecord,
  { sourceRecords, restricted }: { sourceRecords: number; restricted: boolean },
): PersonRow {
  const number = golden.nhsNumber?.value;
  const home = homeAddress(golden.addresses?.value);
  return {
    personId,
    displayName: displayNameOf(golden.names?.value),
    nhsNumber: number ? { ...number, display: formatNhsNumber(number.value) } : null,
    birthDate: golden.birthDate?.value ?? null,
    deathDate: golden.deathDate?.value ?? null,
    deceased: golden.deceased?.value === true || golden.deathDate !== undefined,
    sex: golden.sex?.value ?? null,
    postcode: home?.postcode ?? null,
    addressText: home ? addressText(home) : null,
    sourceRecords,
    restricted,
  };
}
