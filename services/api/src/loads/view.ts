import type { StoredLoad } from "@chesil/store";
import { z } from "zod";

/** One file that was loaded. Nothing of its rows but how many there were of each kind. */
export const loadView = z.object({
  loadId: z.string(),
  feed: z.string(),
  fileName: z.string(),
  /** When the extract was made: how fresh what it says is. */
  extractAt: z.iso.datetime(),
  /** It was all that the source has. */
  full: z.boolean(),
  startedAt: z.iso.datetime(),
  /** Null: it runs, or was stopped on the way. */
  endedAt: z.iso.datetime().nullable(),
  rows: z.object({
    read: z.number(),
    new: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    gone: z.number(),
    rejected: z.number(),
  }),
  /** What the file was doubted for, and whoever gave it confirmed. */
  confirmed: z.array(z.string()).readonly(),
});

export const viewLoad = (load: StoredLoad): z.infer<typeof loadView> => ({
  loadId: String(load.loadId),
  feed: load.feed,
  fileName: load.fileName,
  extractAt: load.extractAt.toISOString(),
  full: load.isFull,
  startedAt: load.startedAt.toISOString(),
  endedAt: load.endedAt?.toISOString() ?? null,
  rows: load.rows,
  confirmed: load.confirmed,
});
