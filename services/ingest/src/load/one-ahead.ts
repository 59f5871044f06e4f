/** Work that goes on while the next is made ready: one piece at a time, in order, and what fails is told to the next. */
export class OneAhead {
  #last: Promise<void> = Promise.resolve();

  async begin(work: () => Promise<void>): Promise<void> {
    await this.#last;
    this.#last = work();
    // Looked at by the next; until then a failure is nobody's surprise.
    this.#last.catch(() => {});
  }

  end = (): Promise<void> => this.#last;
}
