import { describe, expect, it } from "vitest";
import { contradictions } from "./config-contradictions.ts";
import { destination } from "./config-destination.ts";

const AT = { name: "epr", host: "epr.example", port: 6661 };
const IDENTITY = { ...AT, send: "identity" };

/** The settings that a destination is faulted for. */
const faulted = (settings: Record<string, unknown>) =>
  contradictions(
    { feeds: [{ name: "pas", port: 2575 }], destinations: [settings] },
    { placeOf: () => "chesil.yaml:1", folder: "/nonexistent" },
  ).map(({ setting, text }) => `${setting} ${text}`);

describe("the settings of a destination", () => {
  it("send messages unless told", () => {
    expect(destination.parse({ ...AT, feeds: ["pas"] })).toMatchObject({ send: "messages", feeds: ["pas"] });
    expect(faulted({ ...AT, feeds: ["pas"] })).toEqual([]);
  });

  it("of identities need nothing more than where", () => {
    expect(destination.safeParse(IDENTITY).success).toBe(true);
    expect(faulted(IDENTITY)).toEqual([]);
    expect(faulted({ ...IDENTITY, authorities: ["RBD"], personIds: true, merges: false, receiver: "EPR|RDZ" })).toEqual(
      [],
    );
  });

  it.each<[Record<string, unknown>, string[]]>([
    [AT, ["destinations[0].feeds names no feed"]],
    [{ ...IDENTITY, feeds: ["pas"] }, ["destinations[0].feeds means nothing with send: identity"]],
    [
      { ...AT, feeds: ["pas"], authorities: ["RBD"] },
      ["destinations[0].authorities means nothing with send: messages"],
    ],
    [{ ...IDENTITY, merges: true }, ["destinations[0].merges is true, but personIds is not"]],
  ])("that mean nothing are told (%#)", (settings, expected) => {
    expect(faulted(settings)).toEqual(expected);
  });

  it.each([{ send: "everything" }, { receiver: "EPR" }, { attemptsMax: 0 }, { authorities: [""] }])(
    "refuse what they can not be (%#)",
    (changes) => {
      expect(destination.safeParse({ ...IDENTITY, ...changes }).success).toBe(false);
    },
  );
});
