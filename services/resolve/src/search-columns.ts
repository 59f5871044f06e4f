import { fold } from "@chesil/matching";
import { type GoldenRecord, isPseudoPostcode } from "@chesil/model";
import type { SearchColumns } from "@chesil/store";

/** An index takes no longer text; the golden record keeps the whole. */
const SEARCH_LENGTH_MAX = 200;

/** What the person is found by. */
export function searchColumns(golden: GoldenRecord): SearchColumns {
  const usual = golden.names?.value.find((name) => name.use === "usual") ?? golden.names?.value[0];
  const home = golden.addresses?.value.find((address) => address.use === "home") ?? golden.addresses?.value[0];
  return {
    nhsNumber: golden.nhsNumber?.value.value ?? null,
    familyName: usual?.family ? fold(usual.family).slice(0, SEARCH_LENGTH_MAX) : null,
    givenName: usual && usual.given.length > 0 ? fold(usual.given.join(" ")).slice(0, SEARCH_LENGTH_MAX) : null,
    birthDate: golden.birthDate?.value ?? null,
    sex: golden.sex?.value ?? null,
    postcode: home?.postcode && !isPseudoPostcode(home.postcode) ? home.postcode.slice(0, SEARCH_LENGTH_MAX) : null,
  };
}
