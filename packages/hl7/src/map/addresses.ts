import { type Address, normalPostcode, type Said } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isBefore, readDate } from "../message/time.ts";
import { locationOf, repetitionsIn, saidOf, textAt, type Warnings, wordAt } from "./statement.ts";

type AddressUse = Address["use"];

/** XAD.7, HL7 table 0190 and what UK senders put there. A code that is not here is reported. */
const USES = new Map<string, AddressUse>([
  ["", "home"],
  ["H", "home"],
  ["HP", "home"],
  ["HOME", "home"],
  ["P", "home"],
  ["L", "home"],
  ["RH", "home"],
  ["C", "temporary"],
  ["T", "temporary"],
  ["TMP", "temporary"],
  ["TEMP", "temporary"],
  ["V", "temporary"],
  ["HV", "temporary"],
  ["B", "work"],
  ["O", "work"],
  ["W", "work"],
  ["WP", "work"],
  ["M", "mailing"],
  ["PST", "mailing"],
  ["SH", "mailing"],
  ["BI", "mailing"],
  ["BA", "previous"],
  ["OLD", "previous"],
  ["PREVIOUS", "previous"],
  ["N", "birth"],
  ["BDL", "birth"],
  ["BR", "birth"],
  ["F", "other"],
  ["S", "other"],
  ["TM", "other"],
]);

/** PID-11. */
export function addressesSaid(pid: Segment, at: Date, warnings: Warnings): Said<Address[]> | undefined {
  return saidOf(pid.field(11), (field) => {
    const addresses: Address[] = [];
    for (const [index, repetition] of repetitionsIn(field, "PID-11", warnings).entries()) {
      if (repetition.state !== "value") continue;
      const address = addressIn(repetition, index, at, warnings);
      if (address !== undefined) addresses.push(address);
    }
    return addresses.length === 0 ? undefined : addresses;
  });
}

function addressIn(place: FieldView, index: number, at: Date, warnings: Warnings): Address | undefined {
  const lines = [streetLine(place), wordAt(place, 2)].filter((line) => line !== undefined);
  const city = wordAt(place, 3);
  const county = wordAt(place, 4) ?? wordAt(place, 9);
  const postcode = postcodeIn(place);
  const country = wordAt(place, 6);
  if ([1, 2, 3, 4, 5].some((n) => textAt(place, n) !== undefined && wordAt(place, n) === undefined)) {
    const location = locationOf("PID-11", index);
    warnings.add(location, "placeholder", "A part of the address is a placeholder and was left out.");
  }
  // A country alone, which some systems put on every patient, is no address.
  if (lines.length === 0 && city === undefined && county === undefined && postcode === undefined) return undefined;
  return {
    use: useOf(place, index, at, warnings),
    lines,
    ...(city === undefined ? {} : { city }),
    ...(county === undefined ? {} : { county }),
    ...(postcode === undefined ? {} : { postcode }),
    ...(country === undefined ? {} : { country }),
  };
}

/** XAD.1 is the whole line; from 2.3.1 on it may be split into number and street, and the line is then put together. */
function streetLine(place: FieldView): string | undefined {
  const line = wordAt(place, 1);
  const street = wordAt(place, 1, 2);
  if (street === undefined || line?.includes(street)) return line;
  return [line ?? wordAt(place, 1, 3), street].filter((each) => each !== undefined).join(" ");
}

function postcodeIn(place: FieldView): string | undefined {
  const sent = wordAt(place, 5);
  return sent === undefined ? undefined : (normalPostcode(sent) ?? sent);
}

function useOf(place: FieldView, index: number, at: Date, warnings: Warnings): AddressUse {
  const end = readDate(textAt(place, 14) ?? textAt(place, 12, 2) ?? "");
  if (end !== undefined && isBefore(end, at)) return "previous";
  const use = USES.get(textAt(place, 7)?.toUpperCase() ?? "");
  if (use !== undefined) return use;
  const location = `${locationOf("PID-11", index)}.7`;
  warnings.add(location, "bad-code", "The address type is not one of table 0190.");
  return "other";
}
