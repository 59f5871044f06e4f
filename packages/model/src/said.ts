import { z } from "zod";

/**
 * What a sender said of one field. HL7 v2 has four cases and three of them look alike to a naive reader:
 * the field is not there (`undefined` here: keep what is known), it is there and empty (`empty`: keep what is
 * known), it is `""` (`cleared`: the sender deletes the value), or it has a value.
 */
export type Said<T> =
  | { readonly said: "empty" }
  | { readonly said: "cleared" }
  | { readonly said: "value"; readonly value: T };

export const said = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion("said", [
    z.object({ said: z.literal("empty") }),
    z.object({ said: z.literal("cleared") }),
    z.object({ said: z.literal("value"), value }),
  ]);

export const value = <T>(value: T): Said<T> => ({ said: "value", value });
export const EMPTY: Said<never> = { said: "empty" };
export const CLEARED: Said<never> = { said: "cleared" };

/** The value, or undefined when nothing, an empty place or a deletion was sent. */
export function saidValue<T>(field: Said<T> | undefined): T | undefined {
  return field?.said === "value" ? field.value : undefined;
}

/**
 * What is known after a sender spoke: absent and empty keep `known`, `cleared` forgets it, a value replaces it.
 */
export function afterSaid<T>(known: T | undefined, field: Said<T> | undefined): T | undefined {
  if (field === undefined || field.said === "empty") return known;
  return field.said === "cleared" ? undefined : field.value;
}
