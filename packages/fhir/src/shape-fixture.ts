import { R4_ELEMENTS } from "./r4-fixture.ts";

/** Whether a resource is as R4 says: its elements, their types, what must be there, and the rules that bind them. For tests. */

type Element = { readonly type: string; readonly isMany: boolean; readonly isRequired: boolean };

const ELEMENTS: ReadonlyMap<string, ReadonlyMap<string, Element>> = new Map(
  R4_ELEMENTS.trim()
    .split(/\n(?=\S)/)
    .map((line) => {
      const [path = "", elements = ""] = line.split(/ =\s+/);
      return [path.trim(), new Map(elements.trim().split(/\s+/).map(elementOf))];
    }),
);

function elementOf(text: string): [string, Element] {
  const [, name = "", marks = "", type = ""] = /^([\w[\]]+)([*!]*):?(.*)$/.exec(text) ?? [];
  return [name, { type, isMany: marks.includes("*"), isRequired: marks.includes("!") }];
}

const DATE_TIME = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const PRIMITIVES: Readonly<Record<string, RegExp>> = {
  code: /^\S+( \S+)*$/,
  date: /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/,
  dateTime: DATE_TIME,
  id: /^[A-Za-z0-9.-]{1,64}$/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  markdown: /\S/,
  string: /\S/,
  uri: /^\S+$/,
  url: /^\S+$/,
  canonical: /^\S+$/,
  xhtml: /^<div xmlns="http:\/\/www.w3.org\/1999\/xhtml">.+<\/div>$/s,
};
const NUMBERS = new Set(["decimal", "unsignedInt", "positiveInt"]);
/** `Type/id`, relative to the server. */
const LITERAL = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;

type Tree = Readonly<Record<string, unknown>>;

/** What of the resource is not as R4 says, each with its path; nothing empty is ever as it should be. */
export function misfits(resource: object): string[] {
  const { resourceType, ...rest } = resource as Tree;
  const type = String(resourceType);
  return [...treeMisfits(rest, type, type), ...broken(resource as Tree)];
}

function treeMisfits(tree: Tree, type: string, path: string): string[] {
  const elements = ELEMENTS.get(type);
  if (elements === undefined) return [`${path}: ${type} is no type that is known here`];
  const names = Object.keys(tree);
  if (names.length === 0) return [`${path} is empty`];
  const missing = [...elements].filter(([name, { isRequired }]) => isRequired && !isThere(name, names));
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(tree).flatMap(([name, value]) => {
      const element = elements.get(name);
      if (element === undefined) return [`${path}.${name} is no element of R4`];
      return elementMisfits(value, element, [`${type}.${name}`, `${path}.${name}`]);
    }),
    ...(type === "Reference" ? referenceMisfits(tree, path) : []),
    ...(type === "Period" ? periodMisfits(tree, path) : []),
  ];
}

/** A required choice is there in one of its types. */
const isThere = (name: string, names: readonly string[]) =>
  name.endsWith("[x]") ? names.some((each) => each.startsWith(name.slice(0, -3))) : names.includes(name);

function elementMisfits(value: unknown, { type, isMany }: Element, [at, path]: readonly [string, string]): string[] {
  if (isMany !== Array.isArray(value)) return [`${path} is ${isMany ? "no list" : "a list"}`];
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) return [`${path} is an empty list`];
  return items.flatMap((item) => {
    const form = PRIMITIVES[type];
    if (form) return typeof item === "string" && form.test(item) ? [] : [`${path}: ${JSON.stringify(item)}`];
    if (NUMBERS.has(type)) return Number.isFinite(item) ? [] : [`${path} is no number`];
    if (type === "boolean") return typeof item === "boolean" ? [] : [`${path} is no boolean`];
    if (/^[a-z<>0-9|]|^[A-Z](\||$)/.test(type))
      return type.split("|").includes(String(item)) ? [] : [`${path}: ${item}`];
    if (typeof item !== "object" || item === null) return [`${path} is no ${type}`];
    return treeMisfits(item as Tree, /Element$/.test(type) ? at : type, path);
  });
}

const referenceMisfits = ({ reference }: Tree, path: string) =>
  reference === undefined || LITERAL.test(String(reference)) ? [] : [`${path}: ${reference}`];

/** per-1: instants in order, and no end that is only the beginning of the other, which nobody can compare. */
function periodMisfits({ start = "", end = "" }: Tree, path: string): string[] {
  const [from, to] = [String(start), String(end)];
  if (from === "" || to === "") return [];
  const areInstants = from.includes("T") && to.includes("T");
  const isBackwards = areInstants ? Date.parse(from) > Date.parse(to) : from > to && !from.startsWith(to);
  const isPart = !areInstants && from !== to && (from.startsWith(to) || to.startsWith(from));
  return [
    ...(isBackwards ? [`${path} ends before it starts`] : []),
    ...(isPart ? [`${path} has ends of two kinds`] : []),
  ];
}

const has = (value: unknown, code: string) => JSON.stringify(value ?? null).includes(`"code":"${code}"`);
const implies = (one: boolean, other: boolean) => !one || other;

/** R4's invariants of the types that have any. */
const RULES: readonly (readonly [type: string, key: string, holds: (resource: Tree) => boolean])[] = [
  [
    "AllergyIntolerance",
    "ait-1, ait-2",
    (a) => has(a.verificationStatus, "entered-in-error") !== "clinicalStatus" in a,
  ],
  [
    "Condition",
    "con-3",
    (c) =>
      implies(
        has(c.category, "problem-list-item"),
        "clinicalStatus" in c || has(c.verificationStatus, "entered-in-error"),
      ),
  ],
  [
    "Condition",
    "con-4",
    (c) => implies("abatementDateTime" in c, has(c.clinicalStatus, "inactive") || has(c.clinicalStatus, "resolved")),
  ],
  ["Condition", "con-5", (c) => implies(has(c.verificationStatus, "entered-in-error"), !("clinicalStatus" in c))],
  ["Observation", "obs-6", (o) => implies("dataAbsentReason" in o, !hasValue(o))],
  ["Observation", "obs-7", (o) => implies(hasValue(o), !("component" in o))],
  ["Appointment", "app-2", (a) => ("start" in a || "_start" in a) === ("end" in a || "_end" in a)],
  ["Appointment", "app-3", (a) => a.status === "cancelled" || "start" in a || "_start" in a],
  ["Immunization", "ukcore-imm-1", (i) => implies(i.status === "not-done", "statusReason" in i)],
];

const hasValue = (resource: Tree) => Object.keys(resource).some((name) => name.startsWith("value"));

const broken = (resource: Tree) =>
  RULES.flatMap(([type, key, holds]) => (resource.resourceType !== type || holds(resource) ? [] : [`${type}: ${key}`]));
