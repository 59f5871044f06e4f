import { Link } from "wouter";
import type { Stay, WhereNow } from "../api/where-now.ts";
import { Tag } from "../nhs/tag.tsx";
import { words } from "../text/words.ts";
import { partyText } from "./demographic-text.ts";
import { freshnessSentence, placeSentence, whereNowSentence } from "./where-now-words.ts";

/** "Which ward is she on": every open visit that says where the person is, the latest first, with who said it. */
export function WhereNowPanel({ whereNow }: { whereNow: WhereNow }) {
  return (
    <section aria-labelledby="where-now">
      <h2 className="section-title" id="where-now">
        Where they are now
      </h2>
      <p>{whereNowSentence(whereNow)}</p>
      <ul className="plain-list" hidden={whereNow.stays.length === 0}>
        {whereNow.stays.map((stay) => (
          <li key={stay.encounterId}>
            <StayLine stay={stay} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function StayLine({ stay }: { stay: Stay }) {
  const { authority, feed, visitNumber, messageId, specialty, consultant, isUnheard } = stay;
  const care = [stay.class && words(stay.class), specialty, consultant && partyText(consultant)].filter(Boolean);
  return (
    <>
      <strong>{placeSentence(stay)}</strong> {isUnheard && <Tag colour="yellow">Not certain</Tag>} {care.join(" · ")}
      <span className="quiet">
        {freshnessSentence(stay)}; {authority} by {feed}, visit <span className="mono">{visitNumber}</span>{" "}
        <Link href={`/messages/${messageId}`}>See the message</Link>
      </span>
    </>
  );
}
