import { ELEMENTS } from "./allow-list.ts";

/** The elements that HTML has or had, beside those that are written. */
const OTHERS: ReadonlySet<string> = new Set([
  ...[
    "html",
    "head",
    "body",
    "title",
    "meta",
    "link",
    "base",
    "style",
    "script",
    "noscript",
    "template",
    "slot",
    "xml",
  ],
  ...["a", "font", "basefont", "blink", "marquee", "nav", "aside", "hgroup", "search", "details", "summary", "dialog"],
  ...[
    "menu",
    "menuitem",
    "dir",
    "form",
    "fieldset",
    "legend",
    "label",
    "input",
    "button",
    "select",
    "option",
    "optgroup",
  ],
  ...["textarea", "datalist", "output", "progress", "meter", "keygen", "isindex", "object", "embed", "applet", "param"],
  ...[
    "iframe",
    "frame",
    "frameset",
    "noframes",
    "noembed",
    "image",
    "map",
    "area",
    "audio",
    "video",
    "source",
    "track",
  ],
  ...["canvas", "svg", "math", "picture", "ruby", "rt", "rp", "rb", "rtc", "bdi", "bdo", "wbr", "data", "time", "dfn"],
  ...["acronym", "plaintext", "xmp", "listing", "spacer", "multicol", "layer", "nolayer", "bgsound", "command"],
]);

/** `<pKa`, `<name of drug>`, `<someone@nhs.net>` look like elements and are none. Those of Word and of programs have a mark. */
export const isKnownElement = (name: string): boolean => ELEMENTS.has(name) || OTHERS.has(name) || /[:-]/.test(name);
