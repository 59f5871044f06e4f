import fc from "fast-check";
import { isElement, type XmlElement } from "./element.ts";
import { escapeAttribute, xmlText } from "./write.ts";

/** Documents for tests: a tree, and one of the many ways to write it. */

/** What an element says, without where it stands. */
export type Saying = {
  readonly namespace: string;
  readonly name: string;
  /** By `{namespace}name`, sorted. */
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: readonly (Saying | string)[];
};

export function saying({ namespace, name, attributes, children }: XmlElement): Saying {
  return {
    namespace,
    name,
    attributes: [...attributes].sort(([left], [right]) => (left < right ? -1 : 1)),
    children: children.map((child) => (isElement(child) ? saying(child) : child)),
  };
}

const NAMESPACES = ["", "urn:hl7-org:v3", "urn:nhs-itk:ns:201005", "urn:a&b"];
const NAMES = ["id", "header", "ADT_A01.PATIENT", "_x-1", "Ärztin"];
const text = fc.string({
  unit: fc.constantFrom("0", "7", ".", "e", " ", "\n", "<", "&", ">", "]", '"', "é", "£", "名"),
});

const { tree } = fc.letrec<{ tree: Saying; child: Saying | string }>((tie) => ({
  tree: fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom(...NAMES),
    attributes: fc
      .uniqueArray(fc.tuple(fc.constantFrom("root", "extension", "{urn:x}root", "{urn:a&b}id"), text), {
        selector: ([key]) => key,
        maxLength: 3,
      })
      .map((attributes) => attributes.sort(([left], [right]) => (left < right ? -1 : 1))),
    children: fc.array(tie("child"), { maxLength: 4 }).map(joinTexts),
  }),
  child: fc.oneof({ maxDepth: 5 }, text, tie("tree")),
}));

function joinTexts(children: readonly (Saying | string)[]): (Saying | string)[] {
  const joined: (Saying | string)[] = [];
  for (const child of children) {
    const last = joined.at(-1);
    if (typeof child === "string" && typeof last === "string") joined[joined.length - 1] = last + child;
    else if (child !== "") joined.push(child);
  }
  return joined;
}

/** A tree, and its text: the prefixes, quotes, comments and CDATA sections are as the dice fell. */
export const documents = fc
  .tuple(tree, fc.infiniteStream(fc.nat({ max: 11 })))
  .map(([root, dice]) => ({ root, text: written(root, () => dice.next().value ?? 0) }));

type Scope = Readonly<Record<string, string>>;

function written(element: Saying, roll: () => number, scope: Scope = { "": "" }): string {
  const declared: Record<string, string> = {};
  const used = new Set<string>();
  const prefixFor = (namespace: string, from: readonly string[]): string => {
    const start = roll();
    for (let step = 0; step < from.length; step++) {
      const prefix = from[(start + step) % from.length] ?? "";
      const isBound = (declared[prefix] ?? scope[prefix]) === namespace;
      // What this tag has used already must go on meaning the same.
      if (!(isBound && roll() < 9)) {
        if (prefix in declared || used.has(prefix)) continue;
        declared[prefix] = namespace;
      }
      used.add(prefix);
      return prefix;
    }
    throw new Error("Too few prefixes.");
  };
  const qualified = (prefix: string, name: string) => (prefix === "" ? name : `${prefix}:${name}`);
  const name = qualified(prefixFor(element.namespace, element.namespace === "" ? [""] : ["", "a", "b"]), element.name);
  const attributes = element.attributes.map(([key, value]) => {
    const [, namespace = "", local = key] = /^\{(.*)\}(.*)$/.exec(key) ?? [];
    return [namespace === "" ? local : qualified(prefixFor(namespace, ["a", "b", "c", "d", "e"]), local), value];
  });
  const declarations = Object.entries(declared).map(([prefix, uri]) => [
    prefix === "" ? "xmlns" : `xmlns:${prefix}`,
    uri,
  ]);
  const all = [...declarations, ...attributes].sort(() => (roll() < 6 ? -1 : 1));
  const tag = all.map(([key, value = ""]) => `${roll() < 3 ? "\n  " : " "}${key}="${escapeAttribute(value)}"`).join("");
  const inner = { ...scope, ...declared };
  const content = element.children.map((child) =>
    typeof child === "string" ? writtenText(child, roll) : written(child, roll, inner),
  );
  if (content.length === 0 && roll() < 6) return `<${name}${tag}/>`;
  return `<${name}${tag}>${content.join("")}</${name}${roll() < 2 ? " " : ""}>`;
}

function writtenText(value: string, roll: () => number): string {
  const at = roll() % (value.length + 1);
  const [first, second] = [value.slice(0, at), value.slice(at)];
  const border = roll() < 3 ? "<!-- <b> -->" : "";
  const isSection = roll() < 3 && !second.includes("]]>");
  return xmlText(first) + border + (isSection ? `<![CDATA[${second}]]>` : xmlText(second));
}
