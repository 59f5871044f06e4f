import { type Random, ranked, type WeightedTable } from "./random.ts";

/**
 * Given names, each list in rough order of how often it is met. Names are facts; the lists are this project's own.
 * British names go by the year of birth, because a Doreen and a Chloë are rarely of an age.
 */

export type Community = "british" | "south-asian" | "polish" | "european" | "african" | "chinese";
export type BirthSex = "M" | "F";

type NameLists = { readonly M: string; readonly F: string };

const BRITISH_BEFORE_1946: NameLists = {
  M: `John William George James Ronald Robert Kenneth Frederick Thomas Albert Eric Edward Arthur Charles Leslie Sidney
    Frank Peter Dennis Joseph Alan Stanley Ernest Harold Norman Raymond Derek Donald Douglas Walter Jack Gordon Cyril
    Bernard Henry Reginald Roy Geoffrey Victor Maurice Herbert Alfred Percy Clifford Ivor Hubert Wilfred`,
  F: `Margaret Jean Mary Joan Patricia Sheila Barbara Doreen June Shirley Dorothy Joyce Maureen Elizabeth Audrey Brenda
    Kathleen Sylvia Eileen Pamela Betty Beryl Ann Irene Marjorie Doris Hilda Phyllis Vera Gladys Edna Ivy Muriel Rita
    Marion Daphne Norma Winifred Olive Lilian Constance Freda Elsie Nora Avis Mavis`,
};
const BRITISH_1946_TO_1969: NameLists = {
  M: `David John Michael Peter Robert Paul Stephen Alan Christopher Richard Anthony Andrew Ian Kevin Mark Philip Keith
    Brian Graham Barry Colin Roger Martin Terence Malcolm Nigel Geoffrey Trevor Clive Raymond Simon Timothy Stuart Neil
    Nicholas Steven Gary Derek Kenneth Adrian Howard Jonathan Russell Duncan Rodney Gerald Francis Leslie`,
  F: `Susan Christine Margaret Linda Carol Patricia Jacqueline Janet Julie Ann Karen Elizabeth Jane Gillian Deborah
    Sandra Maureen Jennifer Helen Valerie Lesley Sally Diane Alison Angela Wendy Marilyn Teresa Hilary Kathleen Lynn
    Pauline Barbara Judith Sarah Heather Rosemary Denise Beverley Tracey Yvonne Stella Catherine Fiona Lorraine Anne
    Glenys Siân`,
};
const BRITISH_1970_TO_1994: NameLists = {
  M: `Christopher James David Daniel Michael Matthew Andrew Richard Paul Mark Thomas Adam Robert Steven Lee Jonathan
    Simon Benjamin Craig Stuart Darren Gareth Ryan Stephen Alexander Ashley Luke Joseph Samuel Jamie Carl Neil Nicholas
    Edward Peter Timothy Martin Wayne Sean Scott Philip Ross Nathan Oliver William Marc Dominic Kieran Jean-Paul`,
  F: `Sarah Claire Emma Nicola Laura Rebecca Gemma Kelly Victoria Katherine Lisa Joanne Michelle Rachel Samantha Hannah
    Jessica Amy Louise Charlotte Jennifer Helen Stephanie Lucy Danielle Natalie Zoë Kerry Hayley Lauren Leanne Sophie
    Alison Tanya Melanie Catherine Anna Elizabeth Stacey Kirsty Donna Cheryl Chloë Holly Naomi Renée Tracy Mary-Ann`,
};
const BRITISH_FROM_1995: NameLists = {
  M: `Jack Oliver Harry Thomas George William James Joshua Charlie Noah Alfie Jacob Oscar Leo Henry Archie Ethan Joseph
    Freddie Samuel Alexander Max Logan Isaac Arthur Lucas Edward Theo Finley Daniel Benjamin Adam Mason Toby Harrison
    Dylan Jake Luca Riley Callum Reuben Rory Kai Albie Louis Connor Bradley Tyler Jude Zachary`,
  F: `Olivia Emily Amelia Jessica Isla Ava Poppy Sophie Isabella Mia Ella Grace Lily Chloe Evie Charlotte Freya Ruby
    Daisy Phoebe Florence Alice Sienna Willow Lucy Megan Holly Millie Rosie Matilda Evelyn Ivy Eliza Elsie Molly Harriet
    Georgia Bethany Imogen Martha Erin Lola Maisie Abigail Isabelle Hannah Nell Esmé Zara Lacey-Mae`,
};
const SOUTH_ASIAN: NameLists = {
  M: `Mohammed Muhammad Imran Ali Ahmed Amit Raj Sanjay Vijay Rahul Arjun Harpreet Gurpreet Rajesh Sunil Anil Deepak
    Kamran Bilal Hassan Hussain Usman Tariq Abdul Faisal Asif Jaswinder Manjit Nikhil Rohan Vikram Suresh Ramesh Ibrahim
    Yusuf Aryan Zain Hamza Ayaan Thomas`,
  F: `Fatima Aisha Priya Anita Sunita Nasreen Shabana Kavita Meena Rekha Harjit Jasmin Simran Maryam Zainab Amina Sana
    Farah Nadia Pooja Neha Divya Anjali Lakshmi Geeta Usha Rukhsana Parveen Shazia Samina Khadija Hafsa Anaya Aaliyah
    Inaya Zoya Manpreet Kiran Deepa Sheetal`,
};
const POLISH: NameLists = {
  M: `Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Grzegorz Jakub Adam Łukasz Zbigniew Mateusz Dariusz Wojciech
    Mariusz Maciej Rafał Robert Kamil Dawid Sławomir Jacek Artur Szymon Filip Kacper Bartosz Sebastian Antoni Oskar`,
  F: `Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Zofia Magdalena Joanna Aleksandra Monika
    Teresa Natalia Julia Karolina Marta Beata Dorota Iwona Paulina Justyna Sylwia Weronika Zuzanna Oliwia Hanna Maja`,
};
const EUROPEAN: NameLists = {
  M: `João José Antonio Andrei Marco Luís Ionuț Jürgen Nicolás Mihai Carlos Pierre Giovanni Stefan Alexandru Tiago Miguel
    Björn Hans François Dragoș Paulo Matteo Javier Cătălin Zoltán`,
  F: `Maria Ana Ioana Elena Sofía Giulia Inês Andreea Cristina Françoise Carmen Lucía Zoé Mónica Heidi Anaïs Beatriz
    Ștefania Francesca Marta Réka Katalin Joana Camille Noémie Mihaela`,
};
const AFRICAN: NameLists = {
  M: `Emmanuel Samuel Kwame Tendai Joseph Chidi Olu Ibrahim Kofi Tafadzwa Daniel Babajide Abdi Femi Blessing Emeka
    Simba Musa Yaw Nathaniel`,
  F: `Grace Blessing Ngozi Tendai Esther Amina Chipo Adaeze Abena Mercy Rudo Folake Halima Ruth Efua Precious Yetunde
    Ifeoma Faith Nyasha`,
};
const CHINESE: NameLists = {
  M: `Wei Jian Ming Chun Kevin Hao Raymond Jun Wai Daniel Yang Kit Ho Jason Siu-Ming Lok`,
  F: `Mei Li Yan Xiu Ying Grace Jing Wai Ling Amy Hui Fang Yuk Vivian Siu-Ling Suk`,
};

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The fall-off that gives the commonest name of a cohort some 6 in 100 of its bearers. */
const GIVEN_NAME_FLATNESS = 5;

type Tables = { readonly M: WeightedTable<string>; readonly F: WeightedTable<string> };
const tables = (lists: NameLists): Tables => ({
  M: ranked(words(lists.M), GIVEN_NAME_FLATNESS),
  F: ranked(words(lists.F), GIVEN_NAME_FLATNESS),
});

const BRITISH_ERAS: readonly (readonly [bornBefore: number, tables: Tables])[] = [
  [1946, tables(BRITISH_BEFORE_1946)],
  [1970, tables(BRITISH_1946_TO_1969)],
  [1995, tables(BRITISH_1970_TO_1994)],
  [9999, tables(BRITISH_FROM_1995)],
];
const OTHER_COMMUNITIES: Record<Exclude<Community, "british">, Tables> = {
  "south-asian": tables(SOUTH_ASIAN),
  polish: tables(POLISH),
  european: tables(EUROPEAN),
  african: tables(AFRICAN),
  chinese: tables(CHINESE),
};

/** A given name for somebody of this community, sex and year of birth. */
export function drawGivenName(random: Random, community: Community, sex: BirthSex, birthYear: number): string {
  if (community !== "british") return random.from(OTHER_COMMUNITIES[community][sex]);
  const era = BRITISH_ERAS.find(([bornBefore]) => birthYear < bornBefore) ?? BRITISH_ERAS[0];
  if (era === undefined) throw new RangeError("No cohort of names.");
  return random.from(era[1][sex]);
}
