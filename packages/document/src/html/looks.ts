import type { Findings } from "../finding.ts";
import { lightnessOf } from "./colour.ts";
import { isUnstruck, type Look, lookOf, type OwnLook, writtenStyle } from "./look.ts";
import { declaredIn, type Meaning } from "./meaning.ts";
import type { Said, StyleSheet } from "./style-sheet.ts";

type Attributes = Readonly<Record<string, string>>;

/** The looks of a page's elements, by their attributes and its style sheets. Letters say the same of element after element. */
export class Looks {
  readonly #sheet: StyleSheet;
  readonly #findings: Findings;
  readonly #meanings = new Map<string, Judged>();
  readonly #written = new Map<string, ReturnType<typeof writtenStyle>>();
  #remembered: Look["written"] | undefined;

  constructor(sheet: StyleSheet, findings: Findings) {
    this.#sheet = sheet;
    this.#findings = findings;
  }

  /** Undefined where an element looks like what it stands in. */
  of(name: string, attributes: Attributes, inherited: Look): OwnLook | undefined {
    if (this.#sheet.isEmpty && !hasLook(attributes)) return undefined;
    const { meaning, isUnsure } = this.#judged(name, attributes);
    if (isUnsure) this.#findings.add("style-unsure");
    return meaning && lookOf(name, meaning, inherited);
  }

  /** The style as it is written, and the colours then. */
  written(name: string, style: string, written: Look["written"]): readonly [style: string, written: Look["written"]] {
    if (style.length > REMEMBERED_LENGTH_MAX) return writtenStyle(name, style, written);
    // What is written depends on the colours around it.
    if (this.#remembered !== written || this.#written.size > REMEMBERED_MAX) this.#written.clear();
    this.#remembered = written;
    const key = `${name} ${style}`;
    const known = this.#written.get(key) ?? writtenStyle(name, style, written);
    this.#written.set(key, known);
    return known;
  }

  #judged(name: string, attributes: Attributes): Judged {
    let key = name;
    for (const each in attributes) if (LOOKS.has(each)) key += `\0${each}\0${attributes[each]}`;
    if (key.length > REMEMBERED_LENGTH_MAX) return judge(name, attributes, this.#sheet);
    const known = this.#meanings.get(key) ?? judge(name, attributes, this.#sheet);
    if (this.#meanings.size < REMEMBERED_MAX) this.#meanings.set(key, known);
    return known;
  }
}

const REMEMBERED_MAX = 2_000;
const REMEMBERED_LENGTH_MAX = 1_000;

/** What an element's styles mean; undefined for nothing. Whether there may be more to them. */
type Judged = { readonly meaning: Meaning | undefined; readonly isUnsure: boolean };

/** Attributes that a look can come from. */
const LOOKS: ReadonlySet<string> = new Set([
  "style",
  "class",
  "id",
  "hidden",
  "face",
  "color",
  "bgcolor",
  "background",
  "text",
]);

function hasLook(attributes: Attributes): boolean {
  for (const name in attributes) if (LOOKS.has(name)) return true;
  return false;
}

/** Classes of one element that are looked at. */
const CLASSES_MAX = 30;
const INLINE_WEIGHT = 1_000;

/** The cascade: what is important, then what is most about the element, then what comes last. */
function judge(name: string, attributes: Attributes, sheet: StyleSheet): Judged {
  const ranks = new Map<string, number>();
  const meaning: Record<string, Said["value"]> = {};
  const take = (property: string, { value, isImportant, order }: Said, weight: number) => {
    const rank = (isImportant ? 1e12 : 0) + weight * 1e8 + order;
    if (rank < (ranks.get(property) ?? Number.NEGATIVE_INFINITY)) return;
    ranks.set(property, rank);
    meaning[property] = value;
  };
  let isUnsure = false;
  for (const [property, value] of Object.entries(attributeMeaning(name, attributes)))
    take(property, { value, isImportant: false, order: 0 }, -1);
  if (!sheet.isEmpty) {
    const classes = (attributes.class ?? "").split(/\s+/, CLASSES_MAX + 1).filter(Boolean);
    const found = sheet.rulesFor(name, classes, attributes.id ?? "");
    isUnsure = found.isUnsure || classes.length > CLASSES_MAX;
    for (const { weight, said } of found.rules) for (const [property, each] of said) take(property, each, weight);
  }
  if (attributes.style !== undefined) {
    const inline = declaredIn(attributes.style);
    isUnsure ||= inline.isUnsure;
    for (const each of inline.declared)
      for (const [property, value] of Object.entries(each.meaning))
        take(property, { value, isImportant: each.isImportant, order: 0 }, INLINE_WEIGHT);
  }
  const said = ranks.size === 0 ? undefined : (meaning as Meaning);
  return { meaning: said, isUnsure: isUnsure || (said !== undefined && isUnstruck(name, said)) };
}

/** What HTML had before there were styles. */
function attributeMeaning(name: string, attributes: Attributes): Meaning {
  const { face, color, bgcolor, background, text } = attributes;
  const isFont = name === "font" || name === "basefont";
  const ink = isFont ? color : name === "body" ? text : undefined;
  return {
    ...(Object.hasOwn(attributes, "hidden") && attributes.hidden !== "until-found" ? { isHidden: true } : {}),
    ...(isFont && face !== undefined
      ? declaredIn(`font-family:${face.replaceAll(";", " ")}`).declared[0]?.meaning
      : {}),
    ...(ink === undefined ? {} : { ink: lightnessOf(ink) }),
    // How light a picture is nobody knows.
    ...(background === undefined ? {} : { ground: undefined }),
    ...(bgcolor === undefined ? {} : { ground: lightnessOf(bgcolor) }),
  };
}
