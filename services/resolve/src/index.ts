export { matchRecordOfFacts } from "./match-record.ts";
export { Resolver, type ResolverEvent } from "./resolver.ts";
export { RESOLVE_CONSUMER, type ResolveHandle, startResolve } from "./start.ts";
