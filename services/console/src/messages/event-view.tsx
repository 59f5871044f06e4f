import { words } from "../text/words.ts";

/** The canonical event: what the message says in Chesil's own words, as an outline. A field that said nothing is absent. */
export function EventView({ event }: { event: Record<string, unknown> }) {
  return (
    <div className="outline">
      <Node value={event} />
    </div>
  );
}

function Node({ value }: { value: unknown }) {
  const said = asSaid(value);
  if (said !== undefined) return said;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="quiet-inline">none</span>;
    if (value.every((item) => typeof item !== "object")) return <span>{value.join(", ")}</span>;
    return (
      <ol className="outline__list">
        {value.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an event never changes.
          <li key={index}>
            <Node value={item} />
          </li>
        ))}
      </ol>
    );
  }
  if (typeof value === "object" && value !== null) {
    return (
      <dl className="outline__fields">
        {Object.entries(value).map(([key, child]) => (
          <div key={key}>
            <dt>{words(key)}</dt>
            <dd>
              <Node value={child} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return value === "" ? <span className="quiet-inline">empty</span> : <span>{String(value)}</span>;
}

/** Empty and deleted fields are said in words, a value is shown as itself. */
function asSaid(value: unknown) {
  if (typeof value !== "object" || value === null || !("said" in value)) return undefined;
  if (value.said === "empty") return <span className="quiet-inline">sent empty</span>;
  if (value.said === "cleared") return <span className="quiet-inline">deleted by the sender</span>;
  return <Node value={"value" in value ? value.value : undefined} />;
}
