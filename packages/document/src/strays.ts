/**
 * For tests: whatever stands in HTML beside plain text and the few tags and attributes that may. It knows nothing of how
 * the HTML was made: a stray is anything that a browser might take for more than text and its layout.
 */

const TAG = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*)>/;
const ATTRIBUTE = / ([a-z]+)="([^"<>]*)"/g;

const TAGS = new Set(
  `p br hr div span pre blockquote address article section header footer main h1 h2 h3 h4 h5 h6 ul ol li dl dt dd figure
   figcaption b strong i em u s strike del ins sub sup small big q abbr cite code tt kbd samp var mark center nobr table
   caption colgroup col thead tbody tfoot tr th td img`.split(/\s+/),
);

const VALUES: Readonly<Record<string, RegExp>> = {
  align: /^[a-z]+$/i,
  valign: /^[a-z]+$/i,
  dir: /^[a-z]+$/i,
  lang: /^[a-z0-9-]+$/i,
  scope: /^[a-z]+$/i,
  type: /^[1aAiI]$/,
  src: /^data:image\/(?:png|jpeg|jpg|gif);base64,[A-Za-z0-9+/=]+$/i,
  // Words only: no address, no escape, no function but a colour.
  style: /^(?:[a-z-]+:(?:[a-z0-9#%.,\s-]|rgba?\([\d.,%\s]+\))+;?)+$/i,
  ...Object.fromEntries(["colspan", "rowspan", "span", "start", "value", "height"].map((name) => [name, /^\d+$/])),
  width: /^\d+%?$/,
  // Text, escaped.
  alt: /^[^<>"]*$/,
};

export function straysIn(html: string): string[] {
  const strays: string[] = [];
  for (let at = html.search(/[<>]/); at >= 0; ) {
    const match = TAG.exec(html.slice(at, at + 40_000_000));
    if (match === null) {
      strays.push(html.slice(at, at + 60));
      return strays;
    }
    const [tag, , name = "", attributes = ""] = match;
    if (!TAGS.has(name)) strays.push(tag);
    for (const [, attribute = "", value = ""] of attributes.matchAll(ATTRIBUTE)) {
      if (!VALUES[attribute]?.test(value)) strays.push(`${attribute}="${value.slice(0, 60)}"`);
    }
    const next = html.slice(at + tag.length).search(/[<>]/);
    at = next < 0 ? -1 : at + tag.length + next;
  }
  return strays;
}
