export { blockingKeys } from "./blocking/live-keys.ts";
export { type Candidate, type Decision, decide, type ReviewReason } from "./decide.ts";
export { fold, words } from "./fold.ts";
export { VETOES, type Veto } from "./guards.ts";
export { defaultModel, type MatchingModel, matchingModelJsonSchema, type ReadModelResult, readModel } from "./model.ts";
export { type Prepared, prepare } from "./prepare.ts";
export { type MatchDemographics, type MatchRecord, matchRecordOf } from "./record.ts";
export { compare, type Evidence, type LevelEvidence } from "./score.ts";
