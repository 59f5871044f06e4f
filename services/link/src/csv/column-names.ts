/** The columns that `chesil link` understands, by their standard names. */
export const STANDARD_COLUMNS = [
  "id",
  "source",
  "nhs_number",
  "title",
  "given_name",
  "middle_name",
  "family_name",
  "full_name",
  "date_of_birth",
  "sex",
  "address",
  "city",
  "postcode",
  "phone",
  "email",
  "gp_practice",
] as const;
export type StandardColumn = (typeof STANDARD_COLUMNS)[number];

/** Several columns may hold these: an address in lines, a telephone at home and a mobile, a former postcode. */
const REPEATABLE: ReadonlySet<StandardColumn> = new Set(["address", "postcode", "phone", "email"]);

/** These say whose record it is, not who the person is. */
export const NOT_COMPARED: ReadonlySet<StandardColumn> = new Set(["id", "source", "title"]);

export const isRepeatable = (column: StandardColumn): boolean => REPEATABLE.has(column);

export const isStandard = (name: string): name is StandardColumn =>
  (STANDARD_COLUMNS as readonly string[]).includes(name);

/** Other names of each, as `columnKey` writes them, the likeliest first. The standard name itself comes before them. */
const ALIASES: { readonly [C in StandardColumn]: string } = {
  id: `uniqueid recordid recid rowid uid patientid localid localpatientid localpatientidentifier mrn hospitalnumber
    pasid`,
  source: "sourcedataset sourcesystem sourcename dataset feed",
  nhs_number: "nhs nhsno nhsnum newnhsno newnhsnumber nhsnumberverified",
  title: "prefix salutation nameprefix nametitle",
  given_name: `firstname forename given first givennames firstnames forenames fname firstforename forename1 christianname
    namegiven`,
  middle_name: `middlename middlenames middle middleinitial secondforename forename2 othernames otherforenames
    othergivennames`,
  family_name: "surname lastname family last lname familynames surnames namefamily",
  full_name: "name wholename displayname namefull",
  date_of_birth: "dob birthdate datebirth birthdt dateofbirthiso",
  sex: "gender sexcode gendercode administrativegender statedgender administrativesex sexatbirth",
  address: `addressline fulladdress streetaddress homeaddress streetnumber housenumber housename housenumberorname
    buildingnumber buildingname flat flatnumber street streetname road thoroughfare`,
  city: "town suburb locality posttown towncity citytown towncityname",
  postcode: "zip zipcode postalcode postzip homepostcode addresspostcode pcode previouspostcode formerpostcode",
  phone: `telephone mobile phonenumber telephonenumber telephoneno tel telno mobilenumber mobileno mobilephone homephone
    hometelephone landline cell cellphone contactnumber`,
  email: "emailaddress mailaddress homeemail",
  gp_practice: "practice practicecode gppracticecode gpcode registeredpractice odscode gppracticeodscode gp",
};

/** No name is longer; a header of a megabyte must cost nothing. */
const KEY_LENGTH_MAX = 200;

const COLUMN_OF_KEY: ReadonlyMap<string, { readonly column: StandardColumn; readonly rank: number }> = new Map(
  STANDARD_COLUMNS.flatMap((column) =>
    [columnKey(column), ...ALIASES[column].split(/\s+/)].map((key, rank) => [key, { column, rank }] as const),
  ),
);

/** A column name as it is compared: no case, spaces, underscores, hyphens, nor what stands in brackets. */
export function columnKey(name: string): string {
  return name
    .slice(0, KEY_LENGTH_MAX)
    .replace(/\([^)]*\)|\[[^\]]*\]/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The standard column that a name means without being asked, and how far down its list the alias stands. `address_1`
 * and `phone2` are numbered ones, `PERSON BIRTH DATE` and `patient_postcode` say whose they are.
 */
export function recognise(name: string): { readonly column: StandardColumn; readonly rank: number } | undefined {
  const key = columnKey(name);
  const known = COLUMN_OF_KEY.get(key);
  if (known) return known;
  const bare = key.replace(/^(person|patient)/, "");
  const ofPerson = bare === key ? undefined : COLUMN_OF_KEY.get(bare);
  // A person's id is what linking makes: it is no record's id.
  if (ofPerson && ofPerson.column !== "id") return ofPerson;
  const numbered = COLUMN_OF_KEY.get(bare.replace(/\d+$/, ""));
  return numbered && isRepeatable(numbered.column) ? numbered : undefined;
}
