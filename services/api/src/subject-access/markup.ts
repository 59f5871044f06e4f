/** HTML that is written here; whatever else stands in a template is text. */
export class Markup {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

type Piece = Markup | string | number | undefined | null | false | readonly Piece[];

/** A template of HTML: what is put into it is text, unless it is markup itself. */
export const markup = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(strings.map((text, at) => text + htmlOf(pieces[at])).join(""));

/** Text that is broken in no line but where there is no room for it. */
export const unbroken = (text: string): Markup => markup`<span class="unbroken">${text}</span>`;

/** A page in pieces, in their order. */
export type Pieces = AsyncIterable<Markup> | Iterable<Markup>;

export type Cell = Markup | string | undefined;

/** A table written row by row, the first cell of each its heading; `none` where there is no row. */
export async function* tableOf(
  columns: readonly string[],
  rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>,
  none: Markup,
): AsyncGenerator<Markup> {
  let isOpen = false;
  for await (const [first, ...others] of rows) {
    if (!isOpen)
      yield markup`<table><thead><tr>${columns.map((each) => markup`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>`;
    isOpen = true;
    yield markup`<tr><th scope="row">${first}</th>${others.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`;
  }
  yield isOpen ? markup`</tbody></table>\n` : none;
}

/** Characters that HTML has no place for, and those that would turn the text around them the other way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]/gu;

function htmlOf(piece: Piece): string {
  if (piece === undefined || piece === null || piece === false) return "";
  if (piece instanceof Markup) return piece.html;
  if (typeof piece === "object") return piece.map(htmlOf).join("");
  return String(piece)
    .replace(UNPRINTABLE, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
