import { describe, expect, it } from "vitest";
import type { Role } from "../api/types.ts";
import { mayReadMessages, mayRepairMessages, maySettleMessages, pageLinksFor } from "./permissions.ts";

const paths = (...roles: Role[]) => pageLinksFor(roles).map((page) => page.path);

describe("the menu by role", () => {
  it("offers each role its own pages", () => {
    expect(paths("operations")).toEqual(["/", "/messages", "/quarantine"]);
    expect(paths("clinician")).toEqual(["/", "/people"]);
    expect(paths("data-manager")).toEqual(["/", "/messages", "/quarantine", "/people", "/tasks"]);
    expect(paths()).toEqual([]);
  });

  it("offers the union of several roles once", () => {
    const all = paths("administrator", "data-manager", "operations", "clinician", "privacy-officer");
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain("/users");
  });

  it("links to messages for those who may open them", () => {
    expect([mayReadMessages(["operations"]), mayReadMessages(["clinician"])]).toEqual([true, false]);
  });

  it("lets those who answer for the data repair messages, not those who run Chesil", () => {
    expect([mayRepairMessages(["data-manager"]), mayRepairMessages(["operations", "privacy-officer"])]).toEqual([
      true,
      false,
    ]);
  });

  it("lets those who run Chesil settle messages", () => {
    expect([maySettleMessages(["operations"]), maySettleMessages(["clinician", "privacy-officer"])]).toEqual([
      true,
      false,
    ]);
  });
});
