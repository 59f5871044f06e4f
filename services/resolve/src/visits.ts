import type { KeptEncounter, NumberAlias } from "@chesil/store";
import { foldEncounter } from "./encounter.ts";
import { entryOf } from "./mint.ts";

/** A visit or account number under a source record. */
export type NumberPlace = { readonly sourceRecordId: number; readonly number: string };

const keyOf = ({ sourceRecordId, number }: NumberPlace) => `${sourceRecordId}|${number}`;

/** The encounters of a batch, and where their numbers lead. */
export class Visits {
  readonly #encounters = new Map<number, KeptEncounter>();
  readonly #idByPlace = new Map<string, number>();
  readonly #changed = new Set<number>();
  readonly #aliases = { account: new Map<string, NumberAlias>(), visit: new Map<string, NumberAlias>() };
  readonly #changedAliases = new Set<NumberAlias>();
  /** What was forgotten and is not heard of again yet. */
  readonly #forgotten = new Map<number, KeptEncounter>();
  readonly #gone = new Set<number>();

  /** Takes a stored encounter in; one that is here already, perhaps changed, stays. */
  load(encounter: KeptEncounter): void {
    if (!this.#encounters.has(encounter.encounterId)) this.#place(encounter);
  }

  loadAlias(alias: NumberAlias): void {
    if (!this.#aliases[alias.kind].has(keyOf(alias))) this.#aliases[alias.kind].set(keyOf(alias), alias);
  }

  /** The encounter at a place as it stands, aliases not followed. */
  at(place: NumberPlace): KeptEncounter | undefined {
    return this.#encounters.get(this.#idByPlace.get(keyOf(place)) ?? -1);
  }

  /** Puts a new or changed encounter in, to be written. One that has another place now leaves the one before. */
  put(encounter: KeptEncounter): void {
    this.#place(encounter);
    this.#changed.add(encounter.encounterId);
  }

  #place(encounter: KeptEncounter): void {
    const before = this.#encounters.get(encounter.encounterId);
    if (before) {
      const key = keyOf({ sourceRecordId: before.sourceRecordId, number: before.visitNumber });
      if (this.#idByPlace.get(key) === encounter.encounterId) this.#idByPlace.delete(key);
    }
    this.#encounters.set(encounter.encounterId, encounter);
    const place = { sourceRecordId: encounter.sourceRecordId, number: encounter.visitNumber };
    this.#idByPlace.set(keyOf(place), encounter.encounterId);
  }

  /**
   * Forgets what messages said of the visits of records, for it to be heard anew: the rest of what was said of one stays.
   * So is where their numbers lead, among these records: what was moved to another patient stays there.
   */
  forget(records: ReadonlySet<number>, isHeardAnew: (journalId: number) => boolean, journalId: number): void {
    for (const encounter of this.all().filter((each) => records.has(each.sourceRecordId))) {
      const events = encounter.events.filter((event) => !isHeardAnew(event.journalId));
      // What the oldest of very many events came to is told apart by who spoke of the visit first.
      const base = isHeardAnew(entryOf(encounter.encounterId)) ? null : encounter.base;
      if (events.length > 0 || base) {
        const state = foldEncounter(events, base);
        this.put({ ...encounter, ...state, events, base, retiredInto: null, updatedBy: journalId });
        continue;
      }
      this.#forgotten.set(encounter.encounterId, encounter);
      this.#encounters.delete(encounter.encounterId);
      this.#changed.delete(encounter.encounterId);
      const key = keyOf({ sourceRecordId: encounter.sourceRecordId, number: encounter.visitNumber });
      if (this.#idByPlace.get(key) === encounter.encounterId) this.#idByPlace.delete(key);
    }
    for (const aliases of Object.values(this.#aliases))
      for (const alias of [...aliases.values()])
        if (isAmong(records, alias) && alias.liftedBy === null) this.#putAlias({ ...alias, liftedBy: journalId });
  }

  /** Where this message made other patients' numbers lead. */
  broughtBy(journalId: number): NumberAlias[] {
    return Object.values(this.#aliases).flatMap((aliases) =>
      [...aliases.values()].filter((alias) => alias.journalId === journalId && alias.liftedBy === null),
    );
  }

  /** The id that a visit had before it was forgotten: at the very place, else with another patient; of several the first. */
  formerId({ sourceRecordId, number }: NumberPlace): number | undefined {
    const former = [...this.#forgotten.values()]
      .filter((each) => each.visitNumber === number)
      .sort((a, b) => a.encounterId - b.encounterId);
    const found = former.find((each) => each.sourceRecordId === sourceRecordId) ?? former[0];
    if (found) this.#forgotten.delete(found.encounterId);
    return found?.encounterId;
  }

  /** All was heard anew: what nobody spoke of is gone, and what is heard from now on is another visit. */
  heardAnew(): void {
    for (const id of this.#forgotten.keys()) this.#gone.add(id);
    this.#forgotten.clear();
  }

  /** Visits that are spoken of by nobody any more. */
  gone(): number[] {
    return [...this.#gone];
  }

  /** Every encounter that is here. */
  all(): KeptEncounter[] {
    return [...this.#encounters.values()];
  }

  /** The encounters of a record that were not merged away, the oldest first. */
  ofRecord(sourceRecordId: number): KeptEncounter[] {
    return [...this.#encounters.values()]
      .filter((each) => each.sourceRecordId === sourceRecordId && each.retiredInto === null)
      .sort((a, b) => a.encounterId - b.encounterId);
  }

  /** Where messages for a number go now, at the end of any chain; undefined: it was never moved, or was moved back. */
  aliasOf(kind: NumberAlias["kind"], place: NumberPlace): NumberPlace | undefined {
    if (this.#aliases[kind].size === 0) return undefined;
    const seen = new Set<string>();
    let end: NumberPlace | undefined;
    for (let key = keyOf(place); !seen.has(key); key = keyOf(end)) {
      seen.add(key);
      const alias = this.#aliases[kind].get(key);
      if (!alias || alias.liftedBy !== null) return end;
      end = { sourceRecordId: alias.intoSourceRecordId, number: alias.intoNumber };
    }
    return end;
  }

  /** From now on messages for `from` go to `to`, and those for `to` nowhere else. */
  redirect(kind: NumberAlias["kind"], from: NumberPlace, to: NumberPlace, journalId: number): void {
    if (keyOf(from) === keyOf(to)) return;
    const back = this.#aliases[kind].get(keyOf(to));
    if (back && back.liftedBy === null) this.#putAlias({ ...back, liftedBy: journalId });
    this.#putAlias({
      ...from,
      kind,
      intoSourceRecordId: to.sourceRecordId,
      intoNumber: to.number,
      journalId,
      liftedBy: null,
    });
  }

  #putAlias(alias: NumberAlias): void {
    const before = this.#aliases[alias.kind].get(keyOf(alias));
    if (before) this.#changedAliases.delete(before);
    this.#aliases[alias.kind].set(keyOf(alias), alias);
    this.#changedAliases.add(alias);
  }

  changed(): KeptEncounter[] {
    return [...this.#changed].flatMap((id) => this.#encounters.get(id) ?? []);
  }

  changedAliases(): NumberAlias[] {
    return [...this.#changedAliases];
  }
}

const isAmong = (records: ReadonlySet<number>, { sourceRecordId, intoSourceRecordId }: NumberAlias): boolean =>
  records.has(sourceRecordId) && records.has(intoSourceRecordId);
