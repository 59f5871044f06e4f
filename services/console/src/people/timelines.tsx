import { Link } from "wouter";
import type { Encounter, IdentityEvent } from "../api/types.ts";
import { deciderInWords } from "../evidence/evidence-words.ts";
import { NothingHere } from "../nhs/messages.tsx";
import { Tag, type TagColour } from "../nhs/tag.tsx";
import { formatInstant } from "../text/dates.ts";
import { formatWeight } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { partyText } from "./demographic-text.ts";

const STATUS_COLOURS: Record<string, TagColour> = {
  planned: "white",
  "in-progress": "blue",
  "on-leave": "yellow",
  finished: "grey",
  cancelled: "pink",
};

/** Encounters, the latest first. */
export function EncounterTimeline({ encounters }: { encounters: Encounter[] }) {
  const ordered = [...encounters].sort((a, b) => startOf(b).localeCompare(startOf(a)));
  return (
    <section>
      <h2 className="section-title">Encounters</h2>
      {ordered.length === 0 && <NothingHere>None known.</NothingHere>}
      <ol className="timeline" hidden={ordered.length === 0}>
        {ordered.map((encounter) => (
          <li key={encounter.encounterId} className="timeline__item">
            <p className="timeline__when">{spanOf(encounter)}</p>
            <p className="timeline__what">
              <strong>{encounter.class ? words(encounter.class) : "Encounter"}</strong>{" "}
              <Tag colour={STATUS_COLOURS[encounter.status] ?? "white"}>{words(encounter.status)}</Tag>
            </p>
            <p>
              {[encounter.location, encounter.specialty, consultantOf(encounter)].filter(Boolean).join(" · ") ||
                "No place or specialty was sent"}
            </p>
            <p className="quiet">
              {encounter.authority}, visit <span className="mono">{encounter.visitNumber}</span>, updated{" "}
              {formatInstant(encounter.updatedAt)}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function startOf(encounter: Encounter): string {
  return encounter.admittedAt ?? encounter.updatedAt;
}

function spanOf(encounter: Encounter): string {
  const from = encounter.admittedAt ? formatInstant(encounter.admittedAt) : "Start not known";
  return encounter.dischargedAt ? `${from} to ${formatInstant(encounter.dischargedAt)}` : from;
}

function consultantOf(encounter: Encounter): string {
  const { consultant } = encounter;
  return consultant === null ? "" : typeof consultant === "string" ? consultant : partyText(consultant);
}

/** How this identity came to be: every link, unlink and merge, the latest first. */
export function IdentityTimeline({ history }: { history: IdentityEvent[] }) {
  const ordered = [...history].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <section>
      <h2 className="section-title">Identity history</h2>
      {ordered.length === 0 && <NothingHere>Nothing has been recorded.</NothingHere>}
      <ol className="timeline" hidden={ordered.length === 0}>
        {ordered.map((event) => (
          <li key={`${event.at} ${event.kind} ${event.sourceRecord}`} className="timeline__item">
            <p className="timeline__when">{formatInstant(event.at, "second")}</p>
            <p className="timeline__what">
              <strong>{words(event.kind)}</strong> {event.text}
            </p>
            <p className="quiet">
              By {deciderInWords(event.by)}
              {event.weight === null ? "" : `, weight ${formatWeight(event.weight)}`}
              {event.sourceRecord && !event.text.includes(event.sourceRecord) && (
                <>
                  , <span className="mono">{event.sourceRecord}</span>
                </>
              )}
              {event.messageId && (
                <>
                  {" "}
                  <Link href={`/messages/${event.messageId}`}>See the message</Link>
                </>
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
