import type { Role } from "./household.ts";
import type { Person } from "./person.ts";

/** Who the people of a register really are to each other, readable from the truth alone. */

/** From nearest to furthest; "stranger" is everybody of another household. */
export const RELATIONS = ["same", "twin", "sibling", "namesake", "parent", "couple", "household", "stranger"] as const;
export type Relation = (typeof RELATIONS)[number];

/**
 * The truth's own name for a person. It says where they stand in their home, so that a wrong link can be told by its
 * kind from the file alone: `h17-child3-twin2` is the third at home 17, a child, and twin of the second.
 *
 * @param first the index of the first of the household
 */
export function truthName({ household, role, index, twin, namesake }: Person, first: number): string {
  const place = index - first + 1;
  const ofTwin = twin === undefined ? "" : `-twin${twin - first + 1}`;
  const ofFather = namesake === undefined ? "" : `-namesake${namesake - first + 1}`;
  return `h${household}-${role}${place}${ofTwin}${ofFather}`;
}

const NAME = /^h(\d+)-(adult|partner|child|resident)(\d+)(?:-twin(\d+))?(?:-namesake(\d+))?$/;

type Standing = { household: string; role: Role; place: string; twin: string | undefined; father: string | undefined };

function standingOf(name: string): Standing | undefined {
  const [, household, role, place, twin, father] = NAME.exec(name) ?? [];
  if (household === undefined || place === undefined) return undefined;
  return { household, role: role as Role, place, twin, father };
}

/**
 * What two people of a register's `person` column are to each other: `namesake` is a parent and a child of one name,
 * `household` any other two behind one door. "stranger" also where a name is not one of a register's.
 */
export function relationOf(left: string, right: string): Relation {
  if (left === right) return "same";
  const [a, b] = [standingOf(left), standingOf(right)];
  if (a === undefined || b === undefined || a.household !== b.household) return "stranger";
  if (a.twin === b.place) return "twin";
  if (a.father === b.place || b.father === a.place) return "namesake";
  const children = Number(a.role === "child") + Number(b.role === "child");
  if (children === 2) return "sibling";
  if (children === 1) return "parent";
  return a.role === "resident" ? "household" : "couple";
}
