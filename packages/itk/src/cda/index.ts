/** CDA documents as the NHS's profiles have them, to canonical events. */
export { cdaEvent } from "./cda-event.ts";
export type { CdaContext, CdaDocument, CdaReading, CdaResult } from "./cda-reading.ts";
export { cdaContent } from "./content.ts";
export { CDA_LIMITS } from "./limits.ts";
export { cdaReadingOf } from "./reading-of-feed.ts";
