/** A list of choices (`select`) of which none is marked as chosen: a browser shows the first one. */
export class Choice {
  #first = "";
  #options = 0;
  #isChosen: boolean;

  /** @param isMultiple it may be that nothing is chosen. */
  constructor(isMultiple: boolean) {
    this.#isChosen = isMultiple;
  }

  begin(isChosen: boolean): void {
    this.#options++;
    this.#isChosen ||= isChosen;
  }

  /** Text of an option that is not chosen. */
  read(text: string): void {
    if (this.#options === 1 && this.#first.length < LENGTH_MAX) this.#first += text;
  }

  get shown(): string {
    return this.#isChosen ? "" : this.#first.replace(/\s+/g, " ").trim();
  }
}

const LENGTH_MAX = 1_000;
