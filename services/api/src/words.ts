import { z } from "zod";

/** Words many routes take. PostgreSQL stores no NUL, so none comes in. */

export const typedText = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\0]*$/, "holds a character that can not be stored")
    .refine((text) => text.isWellFormed(), "holds half a character");

/** Journal entries, tasks and records are numbered; ids travel as text, so that no reader rounds one. */
export const numberedId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, "is no id")
  .transform(Number)
  .refine(Number.isSafeInteger, "is no id");

export const cursorWord = z.string().min(1).max(2_048);

/** Why somebody does this: kept with the act, shown with what became of it. */
export const reasonText = typedText(500).refine((text) => text.length >= 3, "say why in a few words");
