/**
 * The NHS number: ten digits, the last a modulus-11 check over weights 10 to 2 (NHS Data Dictionary).
 * Source for ranges: NHS England allocation; 999 000 0000 to 999 999 9999 is never issued and used for tests.
 */

/** Ten equal digits pass the check and are placeholders. 1234567890 fails it already. */
const PLACEHOLDER = /^(\d)\1{9}$/;

/** The digits of an NHS number as typed (`999 000 4951`, `999-000-4951`), or undefined when it is not ten digits. */
export function nhsNumberDigits(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d{10}$/.test(digits) ? digits : undefined;
}

/** The check digit for the first nine digits, or undefined where the remainder gives 10 and no number exists. */
export function nhsNumberCheckDigit(nine: string): string | undefined {
  let sum = 0;
  for (let index = 0; index < 9; index++) sum += (nine.charCodeAt(index) - 48) * (10 - index);
  const check = 11 - (sum % 11);
  if (check === 10) return undefined;
  return check === 11 ? "0" : String(check);
}

/** Ten digits, right check digit, not a placeholder. Says nothing of whether it was ever issued. */
export function isValidNhsNumber(text: string): boolean {
  const digits = nhsNumberDigits(text);
  return digits !== undefined && !PLACEHOLDER.test(digits) && nhsNumberCheckDigit(digits.slice(0, 9)) === digits[9];
}

/** For display: 3 3 4. */
export function formatNhsNumber(digits: string): string {
  return /^\d{10}$/.test(digits) ? `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}` : digits;
}
