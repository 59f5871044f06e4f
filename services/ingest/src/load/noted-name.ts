const LENGTH_MAX = 200;

/** Digits, and what a person may write between them. */
const DIGITS = /\d(?:[ ._-]{0,3}\d)*/g;
/** 20260314, 2026-03-14 0230, 20260314-023000: when an extract was made. Never of ten digits, as an NHS number has. */
const TIME = /^(?:19|20)\d\d(?:[ ._-]?\d\d){2}(?:[ ._-]?\d\d[ ._-]?\d\d(?:[ ._-]?\d\d)?)?$/;
const NUMBER_LENGTH = 10;

/**
 * A file's name as it is noted and shown to operations, who see no patients: digits that could be somebody's number, as in
 * `letter 943 476 5919.csv`, are not in it.
 */
export const notedName = (fileName: string): string => fileName.replaceAll(DIGITS, masked).slice(0, LENGTH_MAX);

function masked(digits: string): string {
  const isShort = digits.replaceAll(/\D/g, "").length < NUMBER_LENGTH;
  return isShort || TIME.test(digits) ? digits : digits.replaceAll(/\d/g, "#");
}
