/**
 * What a reader has to know of a document beside what it says: what it turned out to be, what was left out of it and
 * how often, what could not be read. Texts quote nothing of the document.
 */
export type Finding = {
  readonly code: FindingCode;
  /** `warning`: what is shown is not all, not what it is said to be, or not safe to open elsewhere. */
  readonly severity: "information" | "warning";
  readonly text: string;
  /** How often. */
  readonly count: number;
};

const TEXTS = {
  "not-what-it-says": ["warning", "The content is not of the type that the sender says."],
  empty: ["warning", "The document has no content."],
  "not-rendered": ["information", "Documents of this type are not shown here: download it to read it."],
  "too-large": ["warning", "The document is too large to be shown here: download it to read it."],
  "too-long": ["warning", "Only the beginning is shown, the document is too long: download it to read the rest."],
  "too-deep": [
    "warning",
    "The document is nested too deeply: what follows is not shown. Download it to read the rest.",
  ],
  broken: ["warning", "The document is damaged or incomplete: what is shown may not be all of it."],
  charset: ["warning", "The character set is not the one declared, or not known here: some characters may be wrong."],
  unpacked: ["information", "The document came compressed and was unpacked."],
  "unpacks-too-large": ["warning", "The compressed content was not unpacked: it would grow beyond every measure."],
  archive: ["warning", "The archive does not hold exactly one document: download it to read what is in it."],
  "does-not-unpack": ["warning", "The compressed content is damaged or encrypted and can not be unpacked."],
  script: ["warning", "Scripts were left out."],
  handler: ["information", "Attributes that run scripts were left out."],
  "script-link": ["warning", "Links that run something were left out."],
  link: ["information", "Links are shown as text."],
  "remote-picture": ["information", "Pictures that lie elsewhere were left out: nothing is fetched."],
  "remote-content": ["information", "References to content elsewhere were left out: nothing is fetched."],
  "remote-style": ["information", "Styles that fetch something were left out."],
  redirect: ["warning", "An order to go to another page was left out."],
  form: ["information", "Form fields are shown as text."],
  frame: ["warning", "Frames were left out."],
  embedded: ["warning", "Embedded objects, drawings or media were left out."],
  picture: ["information", "Pictures were left out."],
  object: ["warning", "Embedded objects were left out."],
  field: ["information", "Of fields only the last result is shown."],
  "hidden-text": ["warning", "Text that the author hid was left out: download it to read it."],
  "faint-text": ["warning", "Text that its author made too faint or too small to be seen is shown like any other."],
  "style-unsure": [
    "warning",
    "Its styles may strike out, hide, add or change text in a way that is not shown here: download it to be sure.",
  ],
  symbol: ["warning", "Signs of a symbol font that are not known here stand as [symbol]: download it to see them."],
  "symbol-words": ["warning", "Whole words are set in a symbol font and shown as its signs: download it to be sure."],
  direction: ["warning", "Marks in the text turn the order of characters round: download it to be sure of numbers."],
  unclosed: ["warning", "A part that is not shown never ends and takes in the rest: download it to read what follows."],
  "after-end": ["warning", "The document goes on after its own end: what follows there is shown too."],
  "unknown-markup": ["information", "What looks like markup and is none is shown as text."],
  annotation: ["information", "Comments were left out."],
  "document-type": ["warning", "The XML declares a document type, which is not read: the document is not shown."],
  "nothing-shown": ["warning", "Nothing of the document can be shown: download it to see what it holds."],
  "no-narrative": ["warning", "Parts of the document have no text to be shown: download it to see what is in them."],
  "body-not-sent": ["warning", "The document refers to content that was not sent with it and is not fetched."],
  attachment: ["warning", "The document holds another one that is not shown here: download it to read it."],
  "too-many-pixels": ["warning", "The picture is too large to be shown here: download it to see it."],
  "pdf-incomplete": ["warning", "The PDF has no end: some of it may be missing."],
  "pdf-encrypted": ["warning", "The PDF is encrypted: it may ask for a password, and it could not be looked through."],
  "pdf-script": ["warning", "The PDF contains scripts."],
  "pdf-launch": ["warning", "The PDF can start programs or send data."],
  "pdf-attachment": ["warning", "The PDF contains other files."],
  "pdf-form": ["information", "The PDF contains a form."],
  "pdf-unchecked": ["information", "Some of the PDF could not be looked through."],
} as const satisfies Record<string, readonly [Finding["severity"], string]>;

export type FindingCode = keyof typeof TEXTS;

/** Findings as they are made, each code once with its count. */
export class Findings {
  readonly #counts = new Map<FindingCode, number>();
  readonly #words = new Map<FindingCode, string>();

  /** `words` stand in place of the usual text. */
  add(code: FindingCode, words?: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (words !== undefined) this.#words.set(code, words);
  }

  list(): Finding[] {
    return [...this.#counts].map(([code, count]) => {
      const [severity, text] = TEXTS[code];
      return { code, severity, text: this.#words.get(code) ?? text, count };
    });
  }
}
