import type { Role } from "../api/types.ts";

/**
 * Which pages a role is offered. The API decides what anybody may read or do; this only spares people pages that would
 * refuse them.
 */
export type PageLink = { path: string; text: string; roles: readonly Role[] };

const EVERYBODY: readonly Role[] = ["administrator", "data-manager", "operations", "clinician", "privacy-officer"];

export const PAGE_LINKS: readonly PageLink[] = [
  { path: "/", text: "Live operations", roles: EVERYBODY },
  { path: "/messages", text: "Messages", roles: ["administrator", "data-manager", "operations", "privacy-officer"] },
  { path: "/quarantine", text: "Quarantine", roles: ["administrator", "data-manager", "operations"] },
  { path: "/people", text: "People", roles: ["data-manager", "clinician", "privacy-officer"] },
  { path: "/tasks", text: "Review tasks", roles: ["data-manager", "privacy-officer"] },
  { path: "/audit", text: "Audit", roles: ["administrator", "privacy-officer"] },
  { path: "/users", text: "Users", roles: ["administrator"] },
];

/** The pages to offer somebody with these roles, in the order of the menu. */
export function pageLinksFor(roles: readonly Role[]): PageLink[] {
  return PAGE_LINKS.filter((page) => page.roles.some((role) => roles.includes(role)));
}

/** Opening a message from where it is named. */
export const mayReadMessages = (roles: readonly Role[]): boolean =>
  pageLinksFor(roles).some(({ path }) => path === "/messages");

/** Replaying or skipping a message. */
export function maySettleMessages(roles: readonly Role[]): boolean {
  return roles.some((role) => role === "administrator" || role === "data-manager" || role === "operations");
}

/** Giving a corrected message for one that was received. */
export function mayRepairMessages(roles: readonly Role[]): boolean {
  return roles.some((role) => role === "administrator" || role === "data-manager");
}
