import { Link } from "wouter";
import type { FactRow } from "../api/types.ts";

/** The ways to the documents of a fact, in the list of facts. */
export function DocumentLinks({ fact }: { fact: FactRow }) {
  if (fact.documents.length === 0) return null;
  const isOnly = fact.documents.length === 1;
  return (
    <span className="facts__detail">
      {fact.documents.map(({ number, title }) => (
        <Link key={number} className="facts__document" href={`/documents/${fact.factId}/${number}`}>
          {isOnly ? "Read the document" : `Read ${title || "document"} (${number})`}
          <span className="nhsuk-u-visually-hidden"> of {fact.title}</span>
        </Link>
      ))}
    </span>
  );
}
