import type { Findings } from "../finding.ts";
import { addressOf } from "../html/unwanted.ts";
import { escapeHtml, type Markup } from "../markup.ts";
import type { XmlElement } from "./xml-tree.ts";

/** The narrative of a CDA section: its own small set of elements, and those of HTML that senders use beside them. */

/** Written as they are. */
const SAME: ReadonlySet<string> = new Set([
  ...[
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "caption",
    "colgroup",
    "sub",
    "sup",
    "p",
    "div",
    "ul",
    "ol",
  ],
  ...["li", "b", "strong", "i", "em", "u", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "pre", "blockquote"],
]);
const RENAMED: Readonly<Record<string, string>> = { paragraph: "p", item: "li" };
/** A finding each: what they refer to is not part of the narrative. */
const LEFT_OUT: ReadonlySet<string> = new Set(["renderMultiMedia", "img", "script", "style", "object", "iframe"]);

const STYLES: readonly (readonly [code: RegExp, tag: string])[] = [
  [/\bbold\b/i, "b"],
  [/\bitalics?\b/i, "i"],
  [/\bunderline\b/i, "u"],
  [/\bemphasis\b/i, "em"],
];

export function writeNarrative(parent: XmlElement, markup: Markup, findings: Findings): void {
  for (const child of parent.children) {
    if (typeof child === "string") markup.write(escapeHtml(child.replace(/\s+/g, " ")));
    else writeElement(child, markup, findings);
    if (markup.isCut) return;
  }
}

function writeElement(element: XmlElement, markup: Markup, findings: Findings): void {
  const { name } = element;
  if (LEFT_OUT.has(name)) {
    findings.add(name === "script" ? "script" : "picture");
    return;
  }
  if (name === "br") {
    markup.write("<br>");
    return;
  }
  noteHandlers(element, findings);
  const tags = tagsFor(element);
  const opened = tags.filter((tag) => markup.write(`<${tag}${cellSpan(element)}>`));
  writeNarrative(element, markup, findings);
  if (name === "linkHtml" || name === "a") writeAddress(element, markup, findings);
  for (const tag of opened.toReversed()) markup.close(tag);
}

function tagsFor({ name, attributes }: XmlElement): string[] {
  const tag = name === "list" ? listTag(attributes) : (RENAMED[name] ?? (SAME.has(name) ? name : undefined));
  const styleCode = attributes.get("styleCode") ?? "";
  const styles = STYLES.filter(([code]) => code.test(styleCode)).map(([, style]) => style);
  const isStruck = attributes.get("revised") === "delete";
  // A table's parts take no element between them.
  if (tag !== undefined && tag !== "p" && tag !== "td" && tag !== "th" && tag !== "li") return [tag];
  return [...(tag === undefined ? [] : [tag]), ...styles, ...(isStruck ? ["del"] : [])];
}

const listTag = (attributes: XmlElement["attributes"]) => (attributes.get("listType") === "ordered" ? "ol" : "ul");

function cellSpan({ name, attributes }: XmlElement): string {
  if (name !== "td" && name !== "th") return "";
  return ["colspan", "rowspan"]
    .map((each) => {
      const value = attributes.get(each) ?? "";
      return /^\d{1,3}$/.test(value) ? ` ${each}="${value}"` : "";
    })
    .join("");
}

function noteHandlers({ attributes }: XmlElement, findings: Findings): void {
  for (const name of attributes.keys()) if (/^on./i.test(name)) findings.add("handler");
}

/** Links are text: nobody leaves a record by a slip of the hand. */
function writeAddress({ attributes }: XmlElement, markup: Markup, findings: Findings): void {
  const href = attributes.get("href") ?? "";
  const address = addressOf({ href });
  if (href !== "" && !href.startsWith("#")) findings.add(address === "" ? "script-link" : "link");
  if (address !== "") markup.write(` (${escapeHtml(address)})`);
}
