/** Documents as senders send them, recognised and rendered safely. Pure: no I/O, no clock, nothing is ever fetched. */
export { DOCUMENT_KINDS, type DocumentKind } from "./document-kind.ts";
export type { Finding, FindingCode } from "./finding.ts";
export { DOCUMENT_LIMITS } from "./limits.ts";
export { type Recognised, recogniseDocument } from "./recognise.ts";
export { type RenderedDocument, type RenderOptions, renderDocument } from "./render.ts";
