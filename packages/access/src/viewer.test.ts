import { expect, test } from "vitest";
import { maySeePatients, ROLES, type Role, rolesOf } from "./viewer.ts";

test("only operations, and nobody with no role at all, see no patients", () => {
  const seeing = ROLES.filter((role) => maySeePatients({ username: "u", roles: [role] }));
  expect(seeing).toEqual(["administrator", "data-manager", "clinician", "privacy-officer"] satisfies Role[]);
  expect(maySeePatients({ username: "u", roles: [] })).toBe(false);
});

test("being a program gives no right", () => {
  expect(maySeePatients({ username: "u", roles: ["operations"], system: true })).toBe(false);
});

test("words that are no roles grant nothing", () => {
  expect(rolesOf(["root", "clinician", "ADMINISTRATOR", "__proto__"])).toEqual(["clinician"]);
});
