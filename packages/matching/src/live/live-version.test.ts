import { describe, expect, it } from "vitest";
import { hash64 } from "../hash64.ts";
import { prepare } from "../prepare.ts";
import { type MatchDemographics, matchRecordOf } from "../record.ts";
import { liveKeys } from "./live-index.ts";
import { LIVE_VERSION } from "./live-version.ts";

const NAMES = ["Smith", "O'Brien", "de la Cruz", "Smith-Jones", "Ó Súilleabháin", "Mac Donald", "Ng"];
const GIVENS = ["Anne Marie", "Bill", "ELIZABETH", "Zoë", "J", "Mohammed", ""];
const DATES = ["1942-03-13", "2001-01-01", "1999", "1987-11", "2020-02-29", "1900-01-01", "1956-04-17"];

/** Facts of every shape that the keys are made of. */
const FACTS: readonly MatchDemographics[] = Array.from({ length: 147 }, (_, at) => {
  const [family, given] = [NAMES[at % 7] as string, GIVENS[Math.floor(at / 7) % 7] as string];
  return {
    identifiers:
      at % 3 === 0
        ? []
        : [
            {
              authority: "NHS",
              value: at % 2 === 0 ? "9990004951" : "9990556512",
              type: "NH",
              trust: at % 4 === 0 ? "verified" : "unverified",
            },
          ],
    names: [{ use: "usual", family, given: given.split(" ").filter((each) => each !== "") }],
    ...(at % 5 === 0 ? {} : { birthDate: DATES[at % 7] as string }),
    ...(at % 4 === 0 ? {} : { sex: at % 2 === 0 ? "female" : "male" }),
    addresses: [
      { use: at % 6 === 0 ? "work" : "home", lines: [`${at} High Street`], postcode: `BH${1 + (at % 9)} ${at % 10}AB` },
    ],
    telecoms: [
      { kind: "phone", use: "home", value: `01202 9${String(10_000 + at)}` },
      ...(at % 8 === 0 ? [{ kind: "email" as const, use: "home" as const, value: `p${at}@example.org` }] : []),
    ],
  } as MatchDemographics;
});

describe("what is stored of a record for the index", () => {
  it(`is what version ${LIVE_VERSION} makes: where this fails, raise LIVE_VERSION with the figure`, () => {
    const made = FACTS.map((facts) => {
      const record = matchRecordOf(facts);
      return [JSON.stringify(record), ...liveKeys(prepare(record)).map(String)].join(" ");
    });
    expect({ version: LIVE_VERSION, made: hash64(made.join("\n")).toString() }).toEqual({
      version: 1,
      made: "-1986915258687266358",
    });
  });
});
