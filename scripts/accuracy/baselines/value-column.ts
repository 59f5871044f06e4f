import { distancesTo, jaroWinkler, letterSet, sizeOfSet } from "./text.ts";

/** The distinct values of one field as numbers from 1 (0 is none), and which are near which. */
export class ValueColumn {
  readonly #numbers = new Map<string, number>([["", 0]]);
  readonly #values: string[] = [""];
  readonly #letters: number[] = [0];
  /** By value, those near it; found once, when first asked for. */
  #near: number[][] | undefined;
  readonly #alike = new Map<number, boolean>();
  readonly #distanceMax: number;
  readonly #alikeMin: number;

  constructor(distanceMax: number, alikeMin: number) {
    this.#distanceMax = distanceMax;
    this.#alikeMin = alikeMin;
  }

  numberOf(value: string): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#values.push(value);
    this.#letters.push(letterSet(value));
    this.#numbers.set(value, this.#values.length - 1);
    return this.#values.length - 1;
  }

  /** The values within the edit distance of this one, itself among them. Ask once all values have their number. */
  near(number: number): readonly number[] {
    this.#near ??= this.#findNear();
    return this.#near[number] ?? [];
  }

  #findNear(): number[][] {
    const limit = this.#distanceMax;
    const near = this.#values.map((_, number): number[] => (number === 0 ? [] : [number]));
    for (const [left, value] of this.#values.entries()) {
      const letters = this.#letters[left] ?? 0;
      const distanceTo = distancesTo(value, limit);
      for (let right = 1; right < left; right++) {
        const other = this.#values[right] ?? "";
        const lettersOfOther = this.#letters[right] ?? 0;
        // Each letter that only one side has costs an edit: most of the strangers are told apart by this alone.
        if (Math.abs(other.length - value.length) > limit || sizeOfSet(letters & ~lettersOfOther) > limit) continue;
        if (sizeOfSet(lettersOfOther & ~letters) > limit || distanceTo(other) > limit) continue;
        near[left]?.push(right);
        near[right]?.push(left);
      }
    }
    return near;
  }

  /** Whether two values are similar enough to agree. */
  isAlike(left: number, right: number): boolean {
    if (left === right) return true;
    const key = Math.min(left, right) * this.#values.length + Math.max(left, right);
    const known = this.#alike.get(key);
    if (known !== undefined) return known;
    const alike = jaroWinkler(this.#values[left] ?? "", this.#values[right] ?? "") >= this.#alikeMin;
    this.#alike.set(key, alike);
    return alike;
  }
}
