/** A document as it was read. Ranges of elements count in the UTF-16 units of its text. */
export type XmlDocument = {
  readonly root: XmlElement;
  /** All of it, decoded, without a byte order mark. */
  readonly text: string;
};

/** An element is its namespace and its local name; what prefix its sender chose is nobody's concern. */
export type XmlElement = {
  /** "" for none. */
  readonly namespace: string;
  readonly name: string;
  /** By local name, `{namespace}name` where they have one. Namespace declarations are not among them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Elements, and the text between them: never two texts beside each other, never an empty one. */
  readonly children: readonly (XmlElement | string)[];
  /** The namespace declarations that hold within it. */
  readonly scope: XmlScope | undefined;
  /** From its `<` to behind its last `>`. */
  readonly start: number;
  readonly end: number;
};

/** The declarations of one element (prefix to namespace, "" is the default), and those of the elements around it. */
export type XmlScope = {
  /** Where the element that declares them begins. */
  readonly start: number;
  readonly declared: Readonly<Record<string, string>>;
  readonly outer: XmlScope | undefined;
};

export const isElement = (child: XmlElement | string): child is XmlElement => typeof child !== "string";

export const isNamed = (element: XmlElement, namespace: string, name: string): boolean =>
  element.name === name && element.namespace === namespace;

/** The elements directly in it, in order. */
export const elementsOf = (parent: XmlElement): XmlElement[] => parent.children.filter(isElement);

/** The elements of that name directly in it, in order. */
export function elementsNamed(parent: XmlElement | undefined, namespace: string, name: string): XmlElement[] {
  return (parent?.children ?? []).filter(
    (child): child is XmlElement => isElement(child) && isNamed(child, namespace, name),
  );
}

/** The first element on the path, all of one namespace: each name is looked for in what the one before it leads to. */
export function elementAt(
  parent: XmlElement | undefined,
  namespace: string,
  ...path: readonly string[]
): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((found, name) => elementsNamed(found, namespace, name)[0], parent);
}

/** All text in it, as it stands. */
export function textOf(element: XmlElement | undefined): string {
  return (element?.children ?? []).map((child) => (isElement(child) ? textOf(child) : child)).join("");
}
