/**
 * What a file may be doubted for: nothing of it that is in doubt is done, unless whoever gives it confirms just that.
 *
 * - `losses`: many of its rows no longer state what they stated.
 * - `members`: no line of JSON has what the mapping names.
 * - `cut`: it may be cut in its last line.
 * - `refused`: rows that were refused have keys that nobody knew, and may be rows that are gone.
 * - `gone`: it is a whole extract, and has many of the feed's rows no longer.
 */
export const LOAD_DOUBTS = ["losses", "members", "cut", "refused", "gone"] as const;
export type LoadDoubt = (typeof LOAD_DOUBTS)[number];
