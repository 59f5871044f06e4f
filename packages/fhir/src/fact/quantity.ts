import type { Quantity } from "../datatypes.ts";
import { CODE_SYSTEM } from "../uk-core.ts";

/** Amounts as sent, as numbers with units where they are that and nothing is lost by it. */

const NUMBER = String.raw`[+-]?\d{1,15}(?:\.\d{1,15})?`;
const AMOUNT = new RegExp(`^(<=|>=|<|>)?\\s*(${NUMBER})(?:\\s*([\\p{L}%°].*))?$`, "u");

/** Units that are written otherwise than UCUM writes them, and mean the same; others are UCUM's own or are only words. */
const UCUM: ReadonlyMap<string, string> = new Map(
  [
    "cm kg g mg ug ng mL L mmol/L umol/L nmol/L pmol/L g/L mg/L ug/L ng/L g/dL mg/dL U/L % /min h min s m mm fL pg kPa kg/m2",
    "mmHg=mm[Hg] mm[Hg] bpm=/min beats/min=/min breaths/min=/min °C=Cel degC=Cel Cel 10*9/L 10*12/L 10^9/L=10*9/L 10^12/L=10*12/L",
    "x10^9/L=10*9/L x10^12/L=10*12/L IU/L=[IU]/L mIU/L=m[IU]/L ml=mL l=L kg/m²=kg/m2 kg/m^2=kg/m2 mL/min/1.73m2=mL/min/{1.73_m2} mm/hr=mm/h mm/h",
  ]
    .join(" ")
    .split(" ")
    .map((pair) => {
      const [unit = "", code = unit] = pair.split("=");
      return [unit, code] as const;
    }),
);

/** The amount in a text such as `5`, `<5` or `2.5 mg`, with the units that are sent apart from it, if any. */
export function quantityOf(text: string | undefined, units?: string | undefined): Quantity | undefined {
  const [, comparator, number = "", rest] = AMOUNT.exec(text ?? "") ?? [];
  if (number === "" || !isKept(number) || (units !== undefined && rest !== undefined)) return undefined;
  const unit = units ?? rest;
  return {
    value: Number(number),
    comparator: comparator as Quantity["comparator"],
    unit,
    ...ucumOf(unit),
  };
}

function ucumOf(unit: string | undefined): Pick<Quantity, "system" | "code"> {
  const code = unit === undefined ? undefined : UCUM.get(unit);
  return code === undefined ? {} : { system: CODE_SYSTEM.ucum, code };
}

/** A number keeps 15 digits; of one with more the text is what was measured. */
const isKept = (number: string) => number.replace(/\D/g, "").replace(/^0+/, "").length <= 15;
