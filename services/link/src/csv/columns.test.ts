import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recognise, STANDARD_COLUMNS } from "./column-names.ts";
import { placeColumns, readColumnChoice } from "./columns.ts";
import { nearestName } from "./nearest-name.ts";

function place(header: string[], given: Parameters<typeof readColumnChoice>[0] = {}) {
  const read = readColumnChoice(given);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return placeColumns(header, read.choice);
}

const errorsOf = (given: Parameters<typeof readColumnChoice>[0]) => {
  const read = readColumnChoice(given);
  return read.ok ? [] : read.errors.map(({ text }) => text);
};

describe("recognise", () => {
  it("knows every standard name in any case and with any separator", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STANDARD_COLUMNS),
        fc.constantFrom("_", "-", " ", "", ". "),
        fc.boolean(),
        (name, separator, isUpper) => {
          const written = name.replaceAll("_", separator);
          expect(recognise(isUpper ? written.toUpperCase() : written)?.column).toBe(name);
        },
      ),
    );
  });

  it.each([
    ["first_name", "given_name"],
    ["Forename", "given_name"],
    ["given", "given_name"],
    ["SURNAME", "family_name"],
    ["Last Name", "family_name"],
    ["dob", "date_of_birth"],
    ["Birth-Date", "date_of_birth"],
    ["Date of birth (dd/mm/yyyy)", "date_of_birth"],
    ["PERSON BIRTH DATE", "date_of_birth"],
    ["patient_postcode", "postcode"],
    ["zip_code", "postcode"],
    ["gender", "sex"],
    ["unique_id", "id"],
    ["rec_id", "id"],
    ["patient_id", "id"],
    ["suburb", "city"],
    ["NHS No.", "nhs_number"],
    ["address_2", "address"],
    ["Address Line 1", "address"],
    ["street_number", "address"],
    ["phone2", "phone"],
    ["Mobile", "phone"],
    ["patient name", "full_name"],
  ])("takes %s for %s", (name, column) => expect(recognise(name)?.column).toBe(column));

  it.each(["cluster", "person_id", "occupation", "state", "surname2", "", "first_and_surname"])("leaves %j", (name) => {
    expect(recognise(name)).toBeUndefined();
  });
});

describe("placeColumns", () => {
  it("joins what several columns may hold and takes the likelier of two for the rest", () => {
    const { places } = place([
      "patient_id",
      "ID",
      "street_number",
      "address_1",
      "address_2",
      "tel",
      "mobile",
      "forename",
    ]);
    expect(places.standard).toEqual({ id: [1], given_name: [7], address: [2, 3, 4], phone: [5, 6] });
    expect(places.unused).toEqual(["patient_id"]);
  });

  it("lets a mapping win over what is recognised, and leave a column out", () => {
    const header = ["id", "given_name", "known as", "surname", "full_name"];
    const { places, errors, missing } = place(header, { columns: "given_name=Known_As, full_name=" });
    expect(places.standard).toEqual({ id: [0], given_name: [2], full_name: [], family_name: [3] });
    expect([errors, missing]).toEqual([[], []]);
    expect(places.unused).toEqual(["given_name", "full_name"]);
  });

  it("takes a column that is compared as an extra away from what it would be recognised as", () => {
    const { places } = place(["city", "job"], { compare: "job:exact,city:fuzzy" });
    expect(places).toMatchObject({ standard: {}, extras: [1, 0] });
  });

  it("never compares the truth", () => {
    expect(place(["name", "patient_id"], { truth: "patient_id" }).places).toMatchObject({
      standard: { full_name: [0] },
      truth: 1,
    });
    const { errors } = place(["name", "cluster"], { truth: "cluster", compare: "cluster:exact" });
    expect(errors.map(({ kind }) => kind)).toEqual(["column-used-twice"]);
  });

  it("names what the file has not", () => {
    const given = { truth: "klass", compare: "jobb:exact", columns: "sex=sx" };
    expect(place(["class", "job", "sex"], given).missing).toEqual(["klass", "jobb", "sx"]);
  });

  it("gives each column of any file to one use at most", () => {
    const name = fc.oneof(fc.constantFrom("id", "name", "dob", "first_name", "tel", "mobile", "address1"), fc.string());
    fc.assert(
      fc.property(fc.uniqueArray(name), (header) => {
        const { places, errors } = place(header);
        const used = Object.values(places.standard).flat();
        expect(new Set(used).size).toBe(used.length);
        expect(errors).toEqual([]);
        expect(used.length + places.unused.length + Number(header.includes(""))).toBe(header.length);
      }),
    );
  });
});

describe("readColumnChoice", () => {
  it("reads names with commas in quotes and a colon in a name", () => {
    const read = readColumnChoice({ columns: '"city=town, county",address=a,address=b', compare: "a:b:exact" });
    expect(read).toEqual({
      ok: true,
      choice: {
        mapped: new Map([
          ["city", ["town, county"]],
          ["address", ["a", "b"]],
        ]),
        extras: [{ name: "a:b", kind: "exact" }],
      },
    });
  });

  it.each([
    [{ columns: "given_nam=first" }, "Did you mean given_name?"],
    [{ columns: "first=given_name" }, "write given_name=first"],
    [{ columns: "given_name" }, "Write given_name=first_name"],
    [{ columns: "sex=a,sex=b" }, "names sex twice"],
    [{ compare: "job" }, "Write occupation:exact or occupation:fuzzy"],
    [{ compare: "job:sharp" }, "Write occupation:exact or occupation:fuzzy"],
    [{ compare: "job:exact,job:fuzzy" }, "names job twice"],
  ])("says what is wrong with %j", (given, text) => expect(errorsOf(given).join()).toContain(text));
});

describe("nearestName", () => {
  it.each([
    ["ocupation", "occupation"],
    ["postcode", "postcode_fake"],
    ["clustr", "cluster"],
  ])("takes %s for %s", (name, meant) => {
    expect(nearestName(name, ["id", "postcode_fake", "occupation", "cluster"])).toBe(meant);
  });

  it("knows when nothing is near", () => expect(nearestName("wages", ["id", "dob"])).toBeUndefined());
});
