import type { FindingCode, Findings } from "../finding.ts";

/** What was left out of HTML, named and counted: a reader is told that a letter wanted to do something. */

const ELEMENT_FINDINGS: Readonly<Record<string, FindingCode>> = {
  script: "script",
  iframe: "frame",
  frame: "frame",
  frameset: "frame",
  object: "embedded",
  embed: "embedded",
  applet: "embedded",
  svg: "embedded",
  math: "embedded",
  canvas: "embedded",
  audio: "embedded",
  video: "embedded",
  form: "form",
  input: "form",
  textarea: "form",
  select: "form",
  button: "form",
  link: "remote-content",
  base: "remote-content",
};

/** Attributes that make a browser fetch or go somewhere. */
const FETCHING: ReadonlySet<string> = new Set([
  ...["srcset", "background", "poster", "lowsrc", "dynsrc", "data", "codebase", "classid", "archive", "longdesc"],
  ...["xlink:href", "ping", "action", "formaction", "manifest", "profile", "usemap"],
]);

const FETCHING_STYLE = /url\s*\(|@import|expression\s*\(|image-set\s*\(|-moz-binding|behavior\s*:/i;
const OWN_PICTURE = /^data:image\/(?:png|jpeg|jpg|gif);base64,/i;
/** Addresses that are only shown. */
const SHOWN_ADDRESS = /^(?:https?|mailto|tel|ftp):/i;
const ADDRESS_LENGTH_MAX = 300;

type Attributes = Readonly<Record<string, string>>;

export function noteElement(name: string, attributes: Attributes, findings: Findings): void {
  const code = Object.hasOwn(ELEMENT_FINDINGS, name) ? ELEMENT_FINDINGS[name] : undefined;
  if (code !== undefined) findings.add(code);
  if (name === "meta" && (attributes["http-equiv"] ?? "").trim().toLowerCase() === "refresh") findings.add("redirect");
  if (name === "img" && !OWN_PICTURE.test(attributes.src ?? "")) findings.add("remote-picture");
}

export function noteUnwanted(name: string, attributes: Attributes, findings: Findings): void {
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute.startsWith("on") && attribute.length > 2) findings.add("handler");
    else if (attribute === "href" && name !== "link" && name !== "base") noteAddress(value, findings);
    else if (attribute === "srcdoc") findings.add("script");
    else if (attribute === "style") noteStyle(value, findings);
    else if (FETCHING.has(attribute) && value.trim() !== "") findings.add("remote-content");
  }
}

/** Whether a style would fetch something, which is noted. */
export function noteStyle(style: string, findings: Findings): boolean {
  const isFetching = FETCHING_STYLE.test(style);
  if (isFetching) findings.add("remote-style");
  return isFetching;
}

function noteAddress(address: string, findings: Findings): void {
  const plain = withoutBlanks(address);
  if (plain === "" || plain.startsWith("#")) return;
  findings.add(/^(?:javascript|vbscript|livescript|data):/i.test(plain) ? "script-link" : "link");
}

/** Where a link leads, for the reader to see; "" where there is nothing to be shown. */
export function addressOf({ href = "" }: Attributes): string {
  const plain = withoutBlanks(href);
  return SHOWN_ADDRESS.test(plain) ? plain.slice(0, ADDRESS_LENGTH_MAX) : "";
}

/** Browsers pass over blanks and control characters in an address. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const withoutBlanks = (address: string) => address.replace(/[\u0000-\u0020\u007f]/g, "");
