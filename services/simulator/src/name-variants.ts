import type { Random } from "./random.ts";

/** How one name comes to be written in two ways: short forms, spellings, and slips of the fingers. */

/** Full form, then the short forms people are registered under. */
// biome-ignore format: a table of facts reads better packed
const SHORT_FORMS: Readonly<Record<string, string>> = {
  Abigail: "Abi Gail", Alexander: "Alex Alec Sandy", Alexandra: "Alex Sandra", Alfred: "Alf Fred", Andrew: "Andy Drew",
  Anthony: "Tony Ant", Barbara: "Babs Barb", Benjamin: "Ben", Bernard: "Bernie", Catherine: "Cathy Kate",
  Charles: "Charlie Chas", Charlotte: "Lottie Charlie", Christine: "Chris Chrissie", Christopher: "Chris Kit",
  Constance: "Connie", Daniel: "Dan Danny", David: "Dave", Deborah: "Debbie Deb", Dennis: "Den", Donald: "Don",
  Dorothy: "Dot Dolly", Edward: "Ed Ted Eddie", Elizabeth: "Liz Beth Betty Lizzie", Emily: "Em Millie",
  Frederick: "Fred Freddie", Geoffrey: "Geoff", Gillian: "Gill Jill", Harold: "Harry", Henry: "Harry",
  Isabella: "Bella Izzy", Jacqueline: "Jackie", James: "Jim Jamie", Janet: "Jan", Jennifer: "Jenny Jen",
  Jessica: "Jess", Jonathan: "Jon", Joseph: "Joe", Joshua: "Josh", Katherine: "Kate Kathy Katie", Kathleen: "Kath",
  Kenneth: "Ken", Lawrence: "Larry", Leslie: "Les", Margaret: "Maggie Peggy Meg", Matthew: "Matt", Michael: "Mike Mick",
  Nicholas: "Nick", Nicola: "Nicky", Oliver: "Ollie", Pamela: "Pam", Patricia: "Pat Trish", Peter: "Pete",
  Philip: "Phil", Raymond: "Ray", Rebecca: "Becky", Reginald: "Reg", Richard: "Dick Rick Richie", Robert: "Bob Rob",
  Ronald: "Ron", Rosemary: "Rosie", Samantha: "Sam", Samuel: "Sam", Sandra: "Sandy", Stephen: "Steve", Steven: "Steve",
  Stuart: "Stu", Susan: "Sue", Terence: "Terry", Teresa: "Terri", Thomas: "Tom", Timothy: "Tim", Valerie: "Val",
  Victoria: "Vicky Tori", Walter: "Wally", William: "Bill Will Billy", Zachary: "Zac", Katarzyna: "Kasia",
  Małgorzata: "Gosia", Agnieszka: "Aga", Krzysztof: "Krzys", Aleksandra: "Ola", Mohammed: "Mo", Gurpreet: "Gary",
};

/** Spellings of one name that clerks hear alike. Each word of a group is a spelling of the others. */
// biome-ignore format: a table of facts reads better packed
const SPELLINGS: readonly string[] = [
  "Stephen Steven", "Catherine Katherine Kathryn Katharine", "Sarah Sara", "Ann Anne", "Alan Allan Allen",
  "Claire Clare", "Philip Phillip", "Mohammed Muhammad Mohammad Mohamed", "Lynn Lynne", "Marc Mark",
  "Nicholas Nicolas", "Graham Graeme", "Sean Shaun Shawn", "Lesley Leslie", "Rebecca Rebekah", "Teresa Theresa",
  "Isabelle Isabel Isobel", "Zoë Zoe", "Chloë Chloe", "Tracey Tracy", "Geoffrey Jeffrey", "Stuart Stewart",
  "Jonathan Jonathon Johnathan", "Kerry Kerrie", "Hayley Hailey", "Stacey Stacy", "Deborah Debra", "Gillian Jillian",
  "Matthew Mathew", "Michelle Michele", "Alison Allison", "Marion Marian", "Sylvia Silvia", "Lilian Lillian",
  "Hussain Hussein", "Ahmed Ahmad", "Aisha Ayesha", "Fatima Fatema", "Yusuf Yousuf", "Jakub Jacob", "Oliwia Olivia",
];

/** Letters beside each letter on a British keyboard. */
// biome-ignore format: a table of facts reads better packed
const NEIGHBOURS: Readonly<Record<string, string>> = {
  a: "sqz", b: "vgn", c: "xvd", d: "sfe", e: "wrd", f: "dgr", g: "fht", h: "gjy", i: "uok", j: "hku", k: "jli",
  l: "ko", m: "n", n: "bm", o: "ip", p: "o", q: "wa", r: "et", s: "ad", t: "ry", u: "yi", v: "cb", w: "qe", x: "zc",
  y: "tu", z: "xa",
};

/** A short form somebody called `given` is known by, when there is one. */
export function shortForm(random: Random, given: string): string | undefined {
  const forms = Object.hasOwn(SHORT_FORMS, given) ? SHORT_FORMS[given] : undefined;
  return forms === undefined ? undefined : random.pick(forms.split(" "));
}

/** Every spelling of a given name, itself among them. */
export function spellingsOf(given: string): readonly string[] {
  return SPELLINGS.map((line) => line.split(" ")).find((group) => group.includes(given)) ?? [given];
}

/** Another spelling of the same given name, when there is one. */
export function otherSpelling(random: Random, given: string): string | undefined {
  const others = spellingsOf(given).filter((name) => name !== given);
  return others.length === 0 ? undefined : random.pick(others);
}

const replaceAt = (text: string, at: number, remove: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + remove);

/** A name or word with one slip in it: a letter missed, doubled, swapped with the next, or hit beside. Never the same. */
export function slip(random: Random, text: string): string {
  if (text.length < 3) return `${text}${text.slice(-1)}`;
  const at = random.between(1, text.length - 2);
  const letter = text.charAt(at);
  const next = text.charAt(at + 1);
  const kind = random.between(0, 3);
  if (kind === 0 && next !== letter) return replaceAt(text, at, 2, next + letter);
  if (kind === 1) return replaceAt(text, at, 1, "");
  const beside = NEIGHBOURS[letter.toLowerCase()];
  if (kind === 2 && beside !== undefined) return replaceAt(text, at, 1, random.pick([...beside]));
  return replaceAt(text, at, 0, letter);
}
