export { KNOWN_AT_MESSAGES_MAX, type KnownThen, knownAt, TooManyMessagesError } from "./known-at.ts";
export { matchRecordOfFacts } from "./match-record.ts";
export {
  forgetRebuild,
  JournalArchivedError,
  type RebuildOptions,
  RebuildRunningError,
  type Rebuilt,
  rebuild,
} from "./rebuild.ts";
export type { RebuildProgress, RebuildStage } from "./rebuild-deciding.ts";
export { Resolver } from "./resolver.ts";
export type { ResolverEvent } from "./resolver-event.ts";
export {
  judgedWeights,
  type LabelledPairs,
  preparedOf,
  readLabelledPairs,
} from "./shadow/labelled-pairs.ts";
export { type DriftReport, dayBefore, dayOf, measureDrift, reportDrift } from "./shadow/measure-drift.ts";
export { type MeasuredPairs, measurePairs } from "./shadow/measure-pairs.ts";
export { unpaced } from "./shadow/pacer.ts";
export { runShadow, type ShadowCounts } from "./shadow/run-shadow.ts";
export { withShadowLock } from "./shadow/shadow-lock.ts";
export { readModelInForce, readStoredModel, storeBuiltInModel } from "./shadow/stored-model.ts";
export { type ShadowSummary, summariseShadow } from "./shadow/summary.ts";
export { type WatchOptions, watchModels } from "./shadow/watch-models.ts";
export { RESOLVE_CONSUMER, type ResolveHandle, startResolve } from "./start.ts";
