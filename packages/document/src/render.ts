import { cdaHtml } from "./cda/cda-html.ts";
import { documentText } from "./charset.ts";
import type { DocumentKind } from "./document-kind.ts";
import { type Finding, Findings } from "./finding.ts";
import { safeHtml } from "./html/safe-html.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";
import { Markup, piecesOf, saysAnything, textOfMarkup } from "./markup.ts";
import { inspectPdf } from "./pdf.ts";
import { pictureHtml } from "./picture.ts";
import { recognisedKind } from "./recognise.ts";
import { rtfHtml } from "./rtf/rtf-html.ts";
import { unpacked } from "./unpack.ts";

export type RenderedDocument = {
  /** What it truly is, once unpacked. */
  readonly kind: DocumentKind;
  /** A fragment of HTML of the allow-list; null where the document is only to be had as it is. */
  readonly html: string | null;
  /** What it says, in lines. */
  readonly text: string;
  readonly findings: readonly Finding[];
};

export type RenderOptions = {
  /** Where the document came as text of a message, which was decoded already. */
  readonly charset?: "utf-8" | undefined;
};

/**
 * A document as people may look at it, whoever sent it: nothing in the HTML runs, fetches or leads anywhere, and what
 * was left out is told. Never throws; ends within limits whatever the bytes are.
 * @param type the content type that the sender says.
 */
export function renderDocument(bytes: Uint8Array, type?: string, options: RenderOptions = {}): RenderedDocument {
  const findings = new Findings();
  const { kind, html } = rendered(bytes, { type, charset: options.charset, depth: 0 }, findings);
  return {
    kind,
    html: html ?? null,
    // Made when it is asked for: whoever shows the HTML needs none.
    get text() {
      return html === undefined ? "" : textOfMarkup(html);
    },
    findings: findings.list(),
  };
}

type Asked = { readonly type: string | undefined; readonly charset: string | undefined; readonly depth: number };
type Answer = { readonly kind: DocumentKind; readonly html: string | undefined };

function rendered(bytes: Uint8Array, asked: Asked, findings: Findings): Answer {
  const kind = recognisedKind(bytes, asked.type, findings);
  if (kind === "gzip" || kind === "deflate" || kind === "zip") return renderedPacked(bytes, kind, asked, findings);
  if (kind === "empty") findings.add("empty");
  const isReadable = READABLE.has(kind);
  if (isReadable && bytes.length > DOCUMENT_LIMITS.renderedBytesMax) {
    findings.add("too-large");
    return { kind, html: undefined };
  }
  if (kind === "pdf") inspectPdf(bytes, findings);
  if (!isReadable && kind !== "empty") findings.add("not-rendered");
  const html = isReadable ? htmlOf(bytes, kind, asked, findings) : undefined;
  if (html === undefined || saysAnything(html)) return { kind, html };
  // An empty page would read as if its author had written nothing.
  findings.add("nothing-shown");
  return { kind, html: undefined };
}

const READABLE: ReadonlySet<DocumentKind> = new Set(["text", "html", "rtf", "cda", "xml", "png", "jpeg", "gif"]);

function renderedPacked(bytes: Uint8Array, kind: DocumentKind, asked: Asked, findings: Findings): Answer {
  if (asked.depth >= DOCUMENT_LIMITS.nestingMax) {
    findings.add("too-deep");
    return { kind, html: undefined };
  }
  const content = unpacked(bytes, kind, findings);
  if (content === undefined) return { kind, html: undefined };
  findings.add("unpacked");
  return rendered(content, { type: undefined, charset: undefined, depth: asked.depth + 1 }, findings);
}

function htmlOf(bytes: Uint8Array, kind: DocumentKind, asked: Asked, findings: Findings): string | undefined {
  const { charset, depth } = asked;
  if (kind === "png" || kind === "jpeg" || kind === "gif") return pictureHtml(bytes, kind, findings);
  if (kind === "rtf") return rtfHtml(bytes, findings, charset);
  const source = documentText(bytes, findings, { charset });
  if (kind === "html") return safeHtml(source, findings);
  if (kind !== "cda") return plainHtml(source, findings);
  const html = cdaHtml(source, findings, (embedded) => {
    if (depth >= DOCUMENT_LIMITS.nestingMax) return undefined;
    const inner = { type: embedded.contentType, charset: undefined, depth: depth + 1 };
    return rendered(embedded.bytes, inner, findings).html;
  });
  return html ?? plainHtml(source, findings);
}

/** Text as it stands, line by line; XML that is no CDA too. */
function plainHtml(text: string, findings: Findings): string {
  const markup = new Markup(findings);
  if (!markup.write("<pre>")) return "";
  const lines = text.replace(/\r\n?/g, "\n").replaceAll("\f", "\n");
  for (const piece of piecesOf(lines)) if (!markup.text(piece)) break;
  markup.close("pre");
  return markup.toString();
}
