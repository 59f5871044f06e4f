import { isLoadReading } from "@chesil/load";
import type { Config } from "@chesil/runtime";
import { appendActivation, type Database } from "@chesil/store";
import { dialectsOf, itkDialectsOf } from "./dialects.ts";
import { readingsOf } from "./loads.ts";

export type ActivatedSettings = Pick<Config, "feeds" | "itk" | "loads" | "survivorship">;

/**
 * Journals how messages are read and golden records are computed from now on, unless they are so already.
 *
 * How the rows of a load are read stays as its last load had it, until its next brings what is configured by then: one may
 * be running, and its rows mean what they meant when it began.
 */
export const activateSettings = (
  database: Database,
  { feeds, itk, loads, survivorship }: ActivatedSettings,
  at: Date,
): Promise<number | undefined> =>
  appendActivation(
    database,
    { feeds: { ...readingsOf(loads), ...dialectsOf(feeds), ...itkDialectsOf(itk) }, survivorship, by: "configuration" },
    at,
    (reading) => isLoadReading(reading as object),
  );
