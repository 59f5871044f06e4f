import type { MessageAbout, RetentionCommand } from "@chesil/store";

/**
 * What the journal says is in an archive at the place where the decider stands: by its own commands, whatever bytes happen to
 * be there (law 8). What has to hear such messages again is not decided on less: a sender's message is held, with its patients'
 * later ones, until the range is brought back, for nobody can ask the sender again. A person's command is refused and says why,
 * for a person can give it again, and should by what they see then.
 */
export class ArchivedRanges {
  readonly #ranges = new Map<number, Extract<RetentionCommand, { command: "archive" }>>();

  /** Commands are told in the order of the journal. */
  obey(command: RetentionCommand): void {
    if (command.command === "archive") this.#ranges.set(command.firstId, command);
    else this.#ranges.delete(command.firstId);
  }

  /**
   * The messages that can be heard again: those that came to nothing need not be.
   * @throws ArchivedMessagesError when one that took effect is in an archive.
   */
  hearable(messages: readonly MessageAbout[]): MessageAbout[] {
    const missing = new Set<string>();
    const here = messages.filter(({ journalId, outcome }) => {
      const range = this.#rangeOf(journalId);
      if (range && outcome === "applied") missing.add(range.archive);
      return range === undefined;
    });
    if (missing.size > 0) throw new ArchivedMessagesError([...missing]);
    return here;
  }

  #rangeOf(journalId: number) {
    // A range is a quarter of a year or so: there are some tens.
    for (const range of this.#ranges.values()) if (journalId >= range.firstId && journalId < range.nextId) return range;
    return undefined;
  }
}

/** Something that was said is to be heard again, and the journal says that it is archived. */
export class ArchivedMessagesError extends Error {
  override name = "ArchivedMessagesError";
  /** @param archives the folders, in the order of the journal. */
  constructor(archives: readonly string[]) {
    super(
      `It depends on archived messages. Bring them back: ${archives.map((each) => `chesil import journal ${each}`).join(", ")}`,
    );
  }
}
