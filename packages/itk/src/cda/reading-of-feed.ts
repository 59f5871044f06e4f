import type { FeedDialect } from "@chesil/hl7";
import type { CdaReading } from "./cda-reading.ts";

/** How a feed's documents are read. What nobody said of them goes by what was said of its messages. */
export function cdaReadingOf({ cda, defaultAuthority, authorities }: FeedDialect): CdaReading {
  return { authority: defaultAuthority, ...(authorities ? { authorities } : {}), ...cda };
}
