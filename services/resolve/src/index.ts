export type { ResolverEvent } from "./resolver.ts";
export { type ResolveHandle, startResolve } from "./start.ts";
