import type { BirthSex, Community } from "./given-names.ts";
import { type Random, ranked, type WeightedTable } from "./random.ts";

/**
 * Family names, each list in rough order of how often it is met in Britain, with some that Dorset has more of. A list
 * of a few hundred would make strangers share a name far too often, so four in ten British households draw from a long
 * tail of names made the way English place surnames are made (Hatherley, Winscombe).
 */

const BRITISH = `Smith Jones Taylor Williams Brown White Green Davies Evans Wilson Roberts Wright Thompson Robinson Walker
  Hall Clarke Wood Harris Jackson Lewis Hill Cooper Ward Martin Turner Moore Clark Baker Harrison King Morris Allen Cook
  Parker Young Scott Lee Watson Bennett Carter Phillips Richardson Mitchell Davis Bailey Shaw Cox Price Adams Foster Mills
  Webb Simpson Stevens Rogers Hughes Edwards Collins Chapman Matthews Palmer Butler Barnes Knight Rose Russell Fisher Lane
  Powell Hunt Holmes Mason Gibson Reynolds Ellis Lloyd Fox Graham Stone Dixon Pearce Burton Andrews Day West Hart Wells
  Brooks Gray Saunders Cole Ford Bird May Fletcher Hawkins Burt Lawrence Legg Bartlett Gale Symes Hansford Samways Loder
  Pitman Squibb Trowbridge Cox Gould Dibben Hallett Christopher Meech Vincent Wills Guppy Stickland Vine Roper Toms Paull
  Cake Crumpler Hayward Battrick Budden Frampton Bugler Lush Elford Dorey Hardy Barker Lambert Page Perry Newman Reeves
  Francis Parsons Gilbert Norman Bishop Marsh Pope Sharp Nicholls Watts Sims Hicks Tucker Warren Cross Kent Sutton Abbott
  Dean Bond Field Coombes Cooke Rowe Yeates Vickers Whittle Brewer Blake Nash Dyer Hooper Gardiner Hopkins Harding Walsh
  Murphy Kelly Ryan Doyle Byrne Stewart Campbell Anderson MacDonald McKenzie Murray Robertson Reid Ross Thomson Cameron
  McLean Fraser Sinclair O'Brien O'Connor O'Neill O'Sullivan O'Leary D'Arcy St-John Smythe Clark-Webb Fitzgerald Llewellyn
  Pugh Bowen Rees Griffiths Owen Vaughan Probert Gwynne Penrose Trelawney Tremayne De-Lacey Ash Oak Low Fry Nye Ley`;
const SOUTH_ASIAN = `Patel Khan Singh Ahmed Hussain Begum Kaur Ali Shah Akhtar Sharma Kumar Mahmood Iqbal Malik Mistry
  Rahman Chowdhury Choudhury Miah Uddin Islam Gill Dhillon Sandhu Bains Sidhu Mehta Desai Joshi Gupta Verma Nair Menon
  Thomas Varghese Mathew Rao Reddy Iyer Qureshi Siddiqui Mirza Butt Chaudhry Aslam Rashid Bibi Khatun D'Souza Fernandes
  Perera Fernando Silva Rajapaksa Thapa Gurung Rai Limbu Tamang`;
const POLISH = `Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski
  Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek
  Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski
  Sikora Baran`;
const EUROPEAN = `Silva Santos Ferreira Popescu Ionescu Müller Rossi García Fernández Núñez Gonçalves Schröder Costa Nagy
  Kovács Dumitru Stoica Martínez Pereira Björk Lefèvre Conti Papadopoulos Petrov Ivanova Rodríguez Radu Constantin Esposito
  Weiß Van-Dijk Møller Oliveira D'Angelo Ferrari Șerban`;
const AFRICAN = `Okafor Mensah Moyo Adeyemi Ncube Osei Okonkwo Banda Adebayo Boateng Dube Abdi Mohamed Owusu Ndlovu Eze
  Chikwanha Asante Sibanda Balogun Phiri Kamara`;
const CHINESE = `Chan Wong Li Chen Wang Zhang Lee Lam Liu Cheung Ng Leung Yang Ho Tang Wu Lau Yip Huang Tsang`;

const TAIL_STEMS = `Ald Ash Barn Beck Black Brad Bram Brock Burn Cal Charl Chil Comp Cran Dun East Elm Ember Farn Fen Gars
  Gods Had Ham Hather Hawk Hazel Hens Holl Hor Hurst Kings Lang Lind Lox Mal Mar Mel Nor North Oak Old Pem Pen Quar Rad
  Raven Red Rush Sand Shel Shir South Stan Sted Stour Sum Swan Thorn Tol Under Up Wal Wen Whit Win Wool Wych Yar`;
const TAIL_ENDINGS = `ley ton ford combe well worth stead ham bury wick field wood more by man ridge hurst stone den don
  bourne brook shaw thorpe minster ston`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
/** `St-John` and `Van-Dijk` stand for names with a space, which the lists can not hold. */
const spaced = (name: string): string => name.replace(/^(St|Van|De)-/, "$1 ");

const BRITISH_TABLE = ranked([...new Set(words(BRITISH))].map(spaced), 10);
const TAIL_STEM_LIST = words(TAIL_STEMS);
const TAIL_ENDING_LIST = words(TAIL_ENDINGS);
const OTHERS: Record<Exclude<Community, "british">, WeightedTable<string>> = {
  "south-asian": ranked(words(SOUTH_ASIAN), 4),
  polish: ranked(words(POLISH), 6),
  european: ranked(words(EUROPEAN).map(spaced), 8),
  african: ranked(words(AFRICAN), 5),
  chinese: ranked(words(CHINESE), 3),
};
const TAIL_SHARE = 0.4;

/** A family name for a household of this community, in the form a man bears. */
export function drawFamilyName(random: Random, community: Community): string {
  if (community !== "british") return random.from(OTHERS[community]);
  if (!random.chance(TAIL_SHARE)) return random.from(BRITISH_TABLE);
  return random.pick(TAIL_STEM_LIST) + random.pick(TAIL_ENDING_LIST);
}

/** The form of a family name that a person of this sex bears: Kowalski and Kowalska are one family. */
export function familyNameFor(sex: BirthSex, family: string, community: Community): string {
  return sex === "F" && community === "polish" ? family.replace(/(sk|ck|dzk)i$/, "$1a") : family;
}
