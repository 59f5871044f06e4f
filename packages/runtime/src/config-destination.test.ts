import { describe, expect, it } from "vitest";
import { contradictions } from "./config-contradictions.ts";
import { destination } from "./config-destination.ts";

const AT = { name: "epr", host: "epr.example", port: 6661 };
const IDENTITY = { ...AT, send: "identity" };

const ACKNOWLEDGING = { ...AT, send: "acknowledgements", feeds: ["trust"] };

/** The settings that a destination is faulted for. */
const faulted = (settings: Record<string, unknown>) =>
  contradictions(
    { feeds: [{ name: "pas", port: 2575 }], itk: { feeds: [{ name: "trust" }] }, destinations: [settings] },
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

  it("of acknowledgements need itk feeds, and have none of the others' settings", () => {
    expect(destination.safeParse(ACKNOWLEDGING).success).toBe(true);
    expect(faulted({ ...ACKNOWLEDGING, path: "/reply" })).toEqual([]);
    expect(faulted({ ...AT, send: "acknowledgements", feeds: ["pas"] })).toEqual(['destinations[0].feeds[0] is "pas"']);
    expect(faulted({ ...ACKNOWLEDGING, authorities: ["RBD"], retryOn: ["AE"] })).toEqual([
      "destinations[0].authorities means nothing with send: acknowledgements",
      "destinations[0].retryOn means nothing with send: acknowledgements",
    ]);
    expect(faulted({ ...AT, feeds: ["pas"], path: "/itk" })).toEqual([
      "destinations[0].path means nothing with send: messages",
    ]);
  });

  it("acknowledge each feed in one place", () => {
    const problems = contradictions(
      { itk: { feeds: [{ name: "trust" }] }, destinations: [ACKNOWLEDGING, { ...ACKNOWLEDGING, name: "other" }] },
      { placeOf: () => "chesil.yaml:1", folder: "/nonexistent" },
    );
    expect(problems.map(({ setting }) => setting)).toEqual(["destinations[1].feeds[0]"]);
  });

  it.each([{ send: "everything" }, { receiver: "EPR" }, { attemptsMax: 0 }, { authorities: [""] }])(
    "refuse what they can not be (%#)",
    (changes) => {
      expect(destination.safeParse({ ...IDENTITY, ...changes }).success).toBe(false);
    },
  );
});
