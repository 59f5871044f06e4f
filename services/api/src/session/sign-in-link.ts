import {
  type Database,
  hasUsers,
  insertSignInLink,
  lockAccounts,
  type Transaction,
  takeSignInLink,
  withdrawSignInLinks,
} from "@chesil/store";
import { Problem } from "../problem.ts";
import { newToken, tokenSha256 } from "./sessions.ts";

const LINK_MS = 24 * 60 * 60_000;
/** Time to fill in the form that creates the first user. */
const SETUP_MS = 60 * 60_000;
/** A setup token is kept under another digest, so that neither serves as the other. */
const SETUP_PURPOSE = "first-user:";

/**
 * Makes the one-time link of an installation without users; links made before are withdrawn.
 *
 * @returns the token for `/sign-in#token=…`, or undefined when there are users.
 */
export function makeSignInLink(database: Database, at: Date): Promise<string | undefined> {
  return database.transaction(async (transaction) => {
    await lockAccounts(transaction);
    if (await hasUsers(transaction)) return undefined;
    await withdrawSignInLinks(transaction);
    const token = newToken();
    const expiresAt = new Date(at.getTime() + LINK_MS);
    await insertSignInLink(transaction, { tokenSha256: tokenSha256(token), at, expiresAt });
    return token;
  });
}

/** What is said for a link, or the token it gave, that is unknown, used, expired or withdrawn. */
export function linkIsUsed(): Problem {
  return new Problem(401, "This sign-in link is no longer good", {
    detail:
      "It works once, within a day of Chesil's start. Start Chesil again for a new one, or sign in with a password.",
  });
}

/**
 * Uses a link up and gives a token for creating the first user.
 *
 * @returns undefined when the link is unknown, used or expired, or somebody was first.
 */
export function redeemSignInLink(database: Database, token: string, at: Date): Promise<string | undefined> {
  return database.transaction(async (transaction) => {
    await lockAccounts(transaction);
    if (!(await takeSignInLink(transaction, tokenSha256(token), at))) return undefined;
    if (await hasUsers(transaction)) return undefined;
    const setupToken = newToken();
    await insertSignInLink(transaction, {
      tokenSha256: tokenSha256(setupToken, SETUP_PURPOSE),
      at,
      expiresAt: new Date(at.getTime() + SETUP_MS),
    });
    return setupToken;
  });
}

/** Creates the first user with `create`, once. @returns false when the token is no good or there are users already. */
export function redeemSetupToken(
  database: Database,
  setupToken: string,
  at: Date,
  create: (transaction: Transaction) => Promise<void>,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    await lockAccounts(transaction);
    if (await hasUsers(transaction)) return false;
    if (!(await takeSignInLink(transaction, tokenSha256(setupToken, SETUP_PURPOSE), at))) return false;
    await create(transaction);
    await withdrawSignInLinks(transaction);
    return true;
  });
}
