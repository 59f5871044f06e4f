/**
 * The name dictionary of the Master Person Service is not published. These are the commonest short and variant forms
 * of English given names, the formal name first.
 */
const LINES = `alexander alex alec sandy, andrew andy drew, anthony tony, barbara barb babs, benjamin ben, bernard bernie,
catherine katherine kathryn cathy kathy kate katie, charles charlie chas, christine christina chris chrissie,
christopher chris kit, daniel dan danny, david dave, deborah debbie deb debra, dennis den, donald don, dorothy dot dolly,
edward ed eddie ted, elizabeth liz lizzie beth betty, frederick fred freddie, geoffrey geoff jeffrey jeff, gerald gerry,
gillian gill jill, harold harry, henry harry, isabella bella izzy, jacqueline jackie, james jim jamie jimmy, janet jan,
jennifer jenny jen, jessica jess, jonathan jon, joseph joe joey, joshua josh, kathleen kath, kenneth ken kenny,
lawrence larry, leslie les, margaret maggie peggy meg, matthew matt, michael mike mick, nicholas nick, nicola nicky,
oliver ollie, pamela pam, patricia pat trish, peter pete, philip phil phillip, raymond ray, rebecca becky, reginald reg,
richard dick rick ricky, robert bob rob bobby, ronald ron, rosemary rosie, samantha sam, samuel sam, sandra sandy,
stephen steve steven, stuart stewart stu, susan sue susie, terence terry, teresa terri theresa, thomas tom tommy,
timothy tim, valerie val, victoria vicky tori, walter wally, william bill will billy, zachary zac`;

const FORMAL = new Map<string, string>();
for (const line of LINES.split(",")) {
  const [formal = "", ...forms] = line.trim().split(" ");
  // A form of two names (`chris`, `sam`) goes to the first of them: a dictionary can not tell.
  for (const form of [formal, ...forms]) if (!FORMAL.has(form)) FORMAL.set(form, formal);
}

/** The formal name of a form in the dictionary, else the name itself. */
export const dictionaryName = (given: string): string => FORMAL.get(given) ?? given;
