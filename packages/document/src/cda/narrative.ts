import type { FindingCode, Findings } from "../finding.ts";
import { declaredIn, type Meaning } from "../html/meaning.ts";
import { addressOf } from "../html/unwanted.ts";
import { escapeHtml, type Markup } from "../markup.ts";
import type { SymbolFont } from "../symbols/tables.ts";
import { elementsIn, type XmlElement } from "./xml-tree.ts";

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
  ...[
    "s",
    "del",
    "strike",
    "ins",
    "li",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dl",
    "dt",
    "dd",
    "pre",
    "blockquote",
  ],
]);
const RENAMED: Readonly<Record<string, string>> = { paragraph: "p", item: "li" };
/** A finding each: what they refer to is not part of the narrative. */
const LEFT_OUT: ReadonlyMap<string, FindingCode> = new Map([
  ...([
    ["renderMultiMedia", "picture"],
    ["img", "picture"],
    ["script", "script"],
    ["style", "style-unsure"],
  ] as const),
  ...([
    ["object", "embedded"],
    ["iframe", "frame"],
  ] as const),
]);

const STYLES: readonly (readonly [code: RegExp, tag: string])[] = [
  [/\bbold\b/i, "b"],
  [/\bitalics?\b/i, "i"],
  [/\bunderline\b/i, "u"],
  [/\bemphasis\b/i, "em"],
  [/strike|line-?through/i, "s"],
  [/\bsuper(?:script)?\b/i, "sup"],
  [/\bsub(?:script)?\b/i, "sub"],
];

/** What holds in an element, for those within it. */
type Within = {
  readonly font: SymbolFont | undefined;
  /** Struck out, and no text stands in it but in its cells or items. */
  readonly isStruck: boolean;
};
const PLAIN: Within = { font: undefined, isStruck: false };

export function writeNarrative(parent: XmlElement, markup: Markup, findings: Findings, within = PLAIN): void {
  for (const child of parent.children) {
    if (typeof child === "string") markup.text(child.replace(/\s+/g, " "), within.font);
    else writeElement(child, markup, findings, within);
    if (markup.isCut) return;
  }
}

function writeElement(element: XmlElement, markup: Markup, findings: Findings, within: Within): void {
  const { name, attributes } = element;
  const leftOut = LEFT_OUT.get(name);
  if (leftOut !== undefined) {
    findings.add(leftOut);
    writeInstead(element, markup, findings);
    return;
  }
  if (name === "br") {
    markup.write("<br>");
    return;
  }
  if (name === "footnoteRef") markup.text(` [note ${attributes.get("IDREF") ?? ""}] `);
  noteHandlers(element, findings);
  const { tags, inner } = tagsFor(element, within, findings);
  const opened = tags.filter((tag) => markup.write(`<${tag}${cellSpan(element, tag)}>`));
  if (name === "footnote") markup.text(` [note ${attributes.get("ID") ?? ""}: `);
  writeNarrative(element, markup, findings, inner);
  if (name === "footnote") markup.write("] ");
  if (name === "linkHtml" || name === "a") writeAddress(element, markup, findings);
  for (const tag of opened.toReversed()) markup.close(tag);
}

/** Of a picture that is not shown, what its author says of it. */
function writeInstead(element: XmlElement, markup: Markup, findings: Findings): void {
  const alt = element.attributes.get("alt")?.slice(0, ALT_LENGTH_MAX) ?? "";
  if (element.name === "img" && alt.trim() !== "") markup.text(`[${alt}]`);
  if (element.name !== "renderMultiMedia") return;
  for (const caption of elementsIn(element, "caption")) writeNarrative(caption, markup, findings);
}

const ALT_LENGTH_MAX = 200;

/** Parts of a table or a list, which take no element between them. */
const takesMarks = (tag: string | undefined) => tag === undefined || ["p", "td", "th", "li", "caption"].includes(tag);

function tagsFor(element: XmlElement, within: Within, findings: Findings): { tags: string[]; inner: Within } {
  const { name, attributes } = element;
  const tag = name === "list" ? listTag(attributes) : (RENAMED[name] ?? (SAME.has(name) ? name : undefined));
  // Most elements say no more than what they are.
  if (attributes.size === 0 && within === PLAIN) return { tags: tag === undefined ? [] : [tag], inner: PLAIN };
  const meaning = meaningOf(attributes, findings);
  const styleCode = attributes.get("styleCode") ?? "";
  const styles = STYLES.filter(([code]) => code.test(styleCode)).map(([, style]) => style);
  const isDeleted = attributes.get("revised")?.toLowerCase() === "delete";
  const isStruck = isDeleted || meaning.isStruck === true || styles.includes("s") || within.isStruck;
  const font = "font" in meaning ? meaning.font : within.font;
  if (!takesMarks(tag)) return { tags: tag === undefined ? [] : [tag], inner: { font, isStruck } };
  const marks = [
    ...styles.filter((style) => style !== "s"),
    ...(meaning.raised === undefined ? [] : [meaning.raised]),
    ...(isStruck ? [isDeleted ? "del" : "s"] : []),
  ];
  return { tags: [...(tag === undefined ? [] : [tag]), ...marks], inner: { font, isStruck: false } };
}

/** Of a `style`, which CDA does not have and senders use. What it hides is shown, and told. */
function meaningOf(attributes: XmlElement["attributes"], findings: Findings): Meaning {
  const style = attributes.get("style");
  if (style === undefined) return {};
  const { declared, isUnsure } = declaredIn(style);
  const meaning: Meaning = Object.assign({}, ...declared.map((each) => each.meaning));
  if (isUnsure || meaning.isHidden || meaning.isInvisible) findings.add("style-unsure");
  return meaning;
}

const listTag = (attributes: XmlElement["attributes"]) => (attributes.get("listType") === "ordered" ? "ol" : "ul");

function cellSpan({ attributes }: XmlElement, tag: string): string {
  if (tag !== "td" && tag !== "th") return "";
  return ["colspan", "rowspan"]
    .map((each) => {
      const value = attributes.get(each)?.trim() ?? "";
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
