import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familySounds } from "../blocking/key-parts.ts";
import { blockingKeys } from "../blocking/live-keys.ts";
import { matchRecord } from "../match-record.arbitrary.ts";
import { type Prepared, prepare } from "../prepare.ts";
import { namesakeKeys } from "./namesake-keys.ts";

const soundsOf = ({ families }: Prepared) => new Set(families.flatMap(familySounds));

describe("keys of namesakes", () => {
  it("are shared exactly where the birth date and the sound of a family name are", () => {
    fc.assert(
      fc.property(matchRecord, matchRecord, (one, other) => {
        const [a, b] = [prepare(one), prepare(other)];
        const isNamesake =
          a.birthDate !== undefined &&
          a.birthDate.text === b.birthDate?.text &&
          !soundsOf(a).isDisjointFrom(soundsOf(b));
        expect(namesakeKeys(a).some((key) => namesakeKeys(b).includes(key))).toBe(isNamesake);
      }),
    );
  });

  it("are no blocking keys, signed 64-bit numbers, and none comes twice", () => {
    fc.assert(
      fc.property(matchRecord, (record) => {
        const keys = namesakeKeys(prepare(record));
        expect(new Set(keys).size).toBe(keys.length);
        for (const key of keys) expect(BigInt.asIntN(64, key)).toBe(key);
        expect(new Set(keys).isDisjointFrom(new Set(blockingKeys(prepare(record))))).toBe(true);
      }),
    );
  });
});
