/**
 * Raised whenever the same facts come to another match record or other `liveKeys`: what was stored with another number is
 * made anew. `live-version.test.ts` says when.
 */
export const LIVE_VERSION = 1;
