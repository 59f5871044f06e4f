import { rawLines } from "./raw-text.ts";

/** The bytes as received, segment by segment, with every control character named. */
export function RawView({ raw, label }: { raw: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className="raw" tabIndex={0} aria-label={label}>
      {rawLines(raw).map((line, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never move.
        <div className="raw__line" key={number}>
          {line.map((part, index) => {
            const key = `${number}-${index}`;
            if (part.kind === "control") {
              return (
                <span key={key} className="raw__control" title={part.title}>
                  {part.text}
                </span>
              );
            }
            return part.kind === "text" ? (
              part.text
            ) : (
              <span key={key} className={`raw__${part.kind}`}>
                {part.text}
              </span>
            );
          })}
        </div>
      ))}
    </section>
  );
}
