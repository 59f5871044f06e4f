/** FHIR R4 as a GP system sends it, to canonical events. Pure: `receivedAt` is the only clock. */
export { bundleDocument } from "./bundle-document.ts";
export { bundleEvents } from "./bundle-events.ts";
export { bundleOfEntries } from "./bundle-of-entries.ts";
export type { BundleContext, BundleResult, Finding } from "./bundle-result.ts";
export { BUNDLE_BYTES_MAX } from "./limits.ts";
export { parseBundle } from "./parse-bundle.ts";
