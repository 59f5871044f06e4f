/**
 * Everyday short and variant forms of given names used in the UK, as facts of usage: each line is one name, its
 * spellings first, then after the stroke what its bearers are called. A form may stand in several lines (`chris`): it
 * then agrees with each of them, while Christopher and Christine stay strangers.
 */
const LINES = `
abdul abdal abdel
abigail abbigail / abby abbie gail
adam / ad
alan allan allen al
albert / al bert bertie
alexander alexandre / al alec alex alexis lex sandy xander sasha
alexandra alexandria / alex alexa lexi lexie sandra sandy sasha
alfred / al alf alfie fred
alice alicia / ali allie
alison allison / ali allie
amanda / mandy manda
amelia / amy millie mel
andrew andreas / andre andy drew
angela / ange angie
ann anne anna annie / nan nancy
annabel annabelle / anna bella belle
anthony antony / tony ant
antonia / toni tonia
arthur / art artie
barbara / barb barbie babs
beatrice beatrix / bea bee trixie
benjamin / ben benny benji
bernard / bernie
bernadette / bernie detta
bradley / brad
brenda / bren
bridget brigid / biddy bridie
callum / calum cal
cameron / cam
carol carole / carrie
caroline carolyn carolina / carol carrie caz
cassandra / cass cassie sandra
catherine katherine kathryn katharine catharine kathrine cathryn katarzyna / kate katie kat katy cathy kathy kath cath kitty kit
cecilia / celia cissie
charles / charlie chas chaz chuck
charlotte / charlie lottie lotte char
christina christine kristina kristine christiane chris / chrissie christy kristy tina
christopher kristopher chris / kit topher krzysztof
clifford / cliff
constance / connie
cynthia / cindy
daniel / dan danny
danielle / daniella dani ella
david / dave davey davy dai
deborah debra / debbie deb debs
dennis denis / den denny
derek derrick / del
diana diane dianne di
dominic dominick / dom
donald / don donnie
dorothy dorothea / dot dotty dottie dolly
douglas / doug dougie
edmund edmond / ed eddie ted
edward / ed eddie ned ted teddy
edwin / ed eddie
eleanor elinor eleanore / ellie ella nell nora lena
elizabeth elisabeth / elspeth eliza beth betty betsy bess liz lizzie liza libby lisa elsie lily
ellen / helen nell nellie
emily emilie / em emmie millie
emma / emm em
eric erik / rick
eugene / gene
evelyn / eve evie lyn
felicity / fliss flick
florence / flo florrie flossie
frances francesca / fran frankie fanny
francis / frank frankie
franklin / frank
frederick fredrick frederic / fred freddie freddy
gabriel / gabe
gabrielle gabriella / gaby gabby ella
gareth / gary gaz
gary garry / gaz
geoffrey jeffrey / geoff jeff
georgina georgia / george gina georgie
george / georgie
gerald gerard / gerry jerry ged
gillian jillian / gill jill gilly
gordon / gord
graham graeme grahame
gregory / greg gregor
gwendoline gwendolyn / gwen gwenda wendy
hannah hanna / han
harold / harry hal
harriet / hattie harry
helen helena / nell ellie
henry / harry hal hank
herbert / herb bert bertie
hugh huw / hughie
ian iain
irene / rene
isaac / ike zac
isabel isabelle isabella isobel bella / izzy issy belle
jacob / jake jakub
jacqueline jacquelyn / jackie jacqui jacky
james / jim jimmy jamie jem
jane jayne / janie janey jenny
janet / jan jannet
jason / jay jase
jean / jeanne jeannie
jennifer jenifer / jen jenny jennie
jeremy / jerry jez jem
jessica / jess jessie
joan / joanie
joanna joanne johanna / jo joey
john jon / jack johnny
jonathan johnathan jonathon / jon jonny
joseph / joe joey jo josef
josephine / jo josie
joshua / josh
joyce / joy
judith / judy jude judi
julia / julie jules
julian / jules
kenneth / ken kenny
kevin / kev
kimberley / kimberly kim
lauren / loz
laurence lawrence / larry laurie lol
leonard / len lenny leo
lesley leslie / les
lewis louis / lou
lillian lilian / lily lil
linda lynda / lindy lin lyn
louise louisa / lou lulu
lucy / lucille luce
luke / lucas
lynne lynn / lyn
madeleine madeline / maddie maddy
malcolm / malc mal
margaret marguerite / margarita malgorzata maggie meg megan peggy peg madge marge margie margo greta rita
maria marie mary / mia
marion marian
mark / marc
martha / marty mattie
martin martyn / marty
mary maria marie / molly polly may mamie
mathew matthew / mattie matt mateusz
matilda / tilly mattie
maureen / mo maur
maurice / morris mo
maxwell / maximilian maxim max
megan meghan meg
melanie / mel
melissa / mel missy lissa
michael micheal / mick mickey mike mikey michal
michelle michele / shell chelle
mohammed muhammad mohammad mohamed muhammed mohamad muhamed mohamud / mohd md mo
natalie natalia / nat tally
natasha / tasha nat
nathan nathaniel nathanael / nat nate
neil neal niall
nicholas nicolas / nick nicky nico
nicola nicole / nicky nikki nic
norman / norm
oliver / ollie olly
olivia / liv livvy ollie olive
pamela / pam pammy
patricia / pat patsy patti tricia trish
patrick / pat paddy
paul / pawel
paula polly
penelope / penny
peter / pete piotr
philip phillip / phil pip
philippa phillipa / pippa pip
phyllis / phyl
rachel rachael / rach rae
raymond / ray
rebecca rebekah / becky becca beckie bex
reginald / reg reggie
richard / rick ricky rich richie dick
robert / rob robbie bob bobby bert robin
roberta / bobbie robbie
robin robyn / rob
roderick / rod roddy
rodney / rod
roger rodger / rog
ronald / ron ronnie
rosemary / rose rosie
russell russel / russ
ruth / ruthie
samantha / sam sammy
samuel / sam sammy
sandra / sandy sandie
sarah sara / sal sally sadie
sean shaun shawn
sharon / shaz
sheila shelagh sheelagh
simon / si
sophie sophia zofia / soph
stanley / stan
stephanie / steph steff
stephen steven stefan / steve stevie
stuart stewart / stu
susan suzanne susanna susannah suzanna / suzan sue susie suzie
sylvia silvia / syl
tamara / tammy tam
terence terrance terrence / terry tel
teresa theresa / tess tessa terry
theodore / theo ted teddy
thomas tomas / tom tommy
timothy / tim timmy
tracey tracy / trace
valerie / val
vanessa / ness nessa
veronica / ronnie vera
victor / vic
victoria / vicky vicki vickie tori vic
vincent / vince vinny
violet / vi
virginia / ginny gina
vivian vivien vivienne / viv
walter / wal wally walt
wendy / wen
wilfred / wilf
william / will bill billy willie liam wills
winifred / win winnie freda
yvonne / evonne
zachary zachariah / zac zach zak
zoe zoey
laura / laurie loz
marcus / marc mark
`;

/** A place in the table: the line's number doubled, plus one for a short form. */
type Places = readonly number[];
type NicknameTable = { readonly placesOf: ReadonlyMap<string, Places>; readonly heads: readonly string[] };
let table: NicknameTable | undefined;

/** Read once, at the first call. */
function nicknames(): NicknameTable {
  if (table) return table;
  const placesOf = new Map<string, Places>();
  const heads: string[] = [];
  for (const line of LINES.trim().split("\n")) {
    let short = 0;
    for (const form of line.split(" ")) {
      if (form === "/") short = 1;
      else placesOf.set(form, [...(placesOf.get(form) ?? []), 2 * heads.length + short]);
    }
    heads.push(line.slice(0, line.search(/ |$/)));
  }
  table = { placesOf, heads };
  return table;
}

const NOWHERE: Places = [];

/** Where a folded given name stands in the table, for `nameFormsAgree`. */
export function nicknamePlaces(given: string): Places {
  return nicknames().placesOf.get(given) ?? NOWHERE;
}

/**
 * How two given names go together: `full` for one name's spellings, or a name and its short form; `short` for two
 * short forms of one name (Bob and Rob, but also the twins Amy and Millie); undefined for strangers.
 */
export function nameFormsAgree(a: Places, b: Places): "full" | "short" | undefined {
  let agreed: "short" | undefined;
  for (const left of a) {
    for (const right of b) {
      if (left >> 1 !== right >> 1) continue;
      if ((left & right & 1) === 0) return "full";
      agreed = "short";
    }
  }
  return agreed;
}

/** The head of the only line a given name stands in, else the name: `bob` is `robert`, `chris` stays `chris`. */
export function formalName(given: string): string {
  const [place, another] = nicknamePlaces(given);
  return place === undefined || another !== undefined ? given : (nicknames().heads[place >> 1] ?? given);
}
