import type { Address, FactOf, Telecom } from "@chesil/model";
import { addressesIn } from "../map/addresses.ts";
import { telecomsIn } from "../map/telecoms.ts";
import { conceptKey } from "./concept.ts";
import { contentKey, numberKey } from "./fact-key.ts";
import type { ReadFact } from "./patient-segments.ts";
import { type SegmentReader, said } from "./segment-reader.ts";

/** NK1 and GT1: who belongs to the patient, and who pays. */

type Relationship = FactOf<"relationship">;

export function readNk1(nk1: SegmentReader): ReadFact | undefined {
  const content = said<Relationship>({
    kind: "relationship",
    role: "contact",
    name: nk1.name(2),
    relationship: nk1.concept(3),
    contactRole: nk1.concept(7),
    addresses: addresses(nk1, 4),
    telecoms: [...telecoms(nk1, 5, "home"), ...telecoms(nk1, 6, "work"), ...telecoms(nk1, 40, "other")],
    organisation: nk1.organisation(13),
    startsAt: nk1.when(8),
    endsAt: nk1.when(9),
  });
  return keyed(content, nk1.number(33)?.key);
}

export function readGt1(gt1: SegmentReader): ReadFact | undefined {
  const content = said<Relationship>({
    kind: "relationship",
    role: "guarantor",
    name: gt1.name(3),
    relationship: gt1.concept(11),
    contactRole: undefined,
    addresses: addresses(gt1, 5),
    telecoms: [...telecoms(gt1, 6, "home"), ...telecoms(gt1, 7, "work")],
    organisation: gt1.organisation(21),
    startsAt: gt1.when(13),
    endsAt: gt1.when(14),
  });
  return keyed(content, gt1.number(2)?.key);
}

function keyed(content: Relationship, number: string | undefined): ReadFact | undefined {
  const { role, name, organisation, relationship } = content;
  if (number !== undefined) return { key: numberKey(role, number), content };
  if (name === undefined && organisation === undefined && relationship === undefined) return undefined;
  return {
    key: contentKey(role, name, organisation?.code ?? organisation?.display, conceptKey(relationship)),
    content,
  };
}

/** A whole segment says how it is; what it deletes is simply not there. */
function addresses(reader: SegmentReader, field: number): Address[] {
  const list = addressesIn(reader.segment.field(field), reader.at(field), reader.reading) ?? [];
  return list
    .map(({ cleared: _, ...address }) => address)
    .filter(({ lines, city, county, postcode }) => lines.length > 0 || city || county || postcode);
}

function telecoms(reader: SegmentReader, field: number, use: Telecom["use"]): Telecom[] {
  const list = telecomsIn(reader.segment.field(field), reader.at(field), use, reader.reading) ?? [];
  return list.filter(({ value }) => value !== "");
}
