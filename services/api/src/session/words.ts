import { ROLES } from "@chesil/access";
import { z } from "zod";

/** The words of accounts, as the API takes and gives them. */
export const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, "2 to 64 letters, digits, full stops, hyphens, underscores or @");
export const displayName = z.string().trim().min(1).max(100);
export const roles = z.array(z.enum(ROLES)).max(ROLES.length);
/** Checked for strength where it is set; bounded here. */
export const password = z.string().min(1).max(1_024);

export const user = z.object({ username: z.string(), displayName: z.string(), roles: z.array(z.enum(ROLES)) });
export const userAnswer = z.object({ user });
export const linkToken = z.string().min(1).max(100);
