/**
 * What may stand in rendered HTML; everything else is out. Nothing here can run, fetch, navigate, send or name anything:
 * no element but those of a text and its tables, no `id`, no `class`, no address but a picture's own bytes.
 */
export const ELEMENTS: ReadonlySet<string> = new Set([
  ...["p", "br", "hr", "div", "span", "pre", "blockquote", "address", "article", "section", "header", "footer", "main"],
  ...["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption"],
  ...["b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "big", "q", "abbr", "cite"],
  ...["code", "tt", "kbd", "samp", "var", "mark", "center", "nobr"],
  ...["table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "img"],
]);

/** Elements without an end tag. */
export const VOID_ELEMENTS: ReadonlySet<string> = new Set(["br", "hr", "col", "img"]);

const NUMBER = /^\d{1,4}$/;
const LENGTH = /^\d{1,4}%?$/;
const ALIGNMENT = /^(?:left|right|center|justify|top|middle|bottom|baseline)$/i;
const WORD = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;
/** Pictures that come within the document. SVG is a document of its own, with scripts. */
const OWN_PICTURE = /^data:image\/(?:png|jpeg|jpg|gif);base64,[A-Za-z0-9+/]+={0,2}$/i;
const ANY_TEXT = /^[^\0]{0,1000}$/;

const EVERYWHERE: Readonly<Record<string, RegExp>> = {
  align: ALIGNMENT,
  valign: ALIGNMENT,
  dir: /^(?:ltr|rtl|auto)$/i,
  lang: WORD,
};

const OF_CELLS: Readonly<Record<string, RegExp>> = { colspan: NUMBER, rowspan: NUMBER, width: LENGTH };

/** Attributes and what their values may be. `style` is judged by itself. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  td: OF_CELLS,
  th: { ...OF_CELLS, scope: WORD },
  table: { width: LENGTH },
  col: { span: NUMBER, width: LENGTH },
  colgroup: { span: NUMBER, width: LENGTH },
  ol: { start: NUMBER, type: /^[1aAiI]$/ },
  li: { value: NUMBER },
  img: { src: OWN_PICTURE, alt: ANY_TEXT, width: NUMBER, height: NUMBER },
};

export function isAllowedAttribute(element: string, name: string, value: string): boolean {
  const own = ATTRIBUTES[element];
  const pattern =
    own && Object.hasOwn(own, name) ? own[name] : Object.hasOwn(EVERYWHERE, name) ? EVERYWHERE[name] : undefined;
  return pattern?.test(value) ?? false;
}

/** What carries meaning in a letter: struck out, emphasised, marked in red, lines that are to be kept. */
const PROPERTIES: ReadonlySet<string> = new Set([
  ...["color", "background-color", "font-weight", "font-style", "text-decoration", "text-decoration-line"],
  ...["text-align", "vertical-align", "white-space"],
]);

const STYLE_VALUE = /^(?:[a-z0-9#%.,\s-]|rgba?\([\d.,%\s]{1,40}\)){1,60}$/i;
const IMPORTANT = /!\s*important\s*$/i;
/** Declarations in one attribute that are looked at. */
const DECLARATIONS_MAX = 100;

/** The allowed declarations of a style; "" where there is none. */
export function allowedStyle(style: string): string {
  return style
    .split(";", DECLARATIONS_MAX)
    .flatMap((declaration) => {
      const colon = declaration.indexOf(":");
      const property = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
      const value = declaration
        .slice(colon + 1)
        .replace(IMPORTANT, "")
        .trim();
      return PROPERTIES.has(property) && STYLE_VALUE.test(value) ? [`${property}:${value}`] : [];
    })
    .join(";");
}
