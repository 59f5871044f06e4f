import { useEffect, useRef, useState } from "react";

const ANNOUNCE_EVERY_MS = 30_000;

/**
 * Tells screen readers what changed, at most every 30 seconds: a page that updates each second must not talk each
 * second. Says nothing when the text is the same as before.
 */
export function Announcer({ text }: { text: string }) {
  const [said, setSaid] = useState(text);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    const timer = window.setInterval(() => setSaid(latest.current), ANNOUNCE_EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <p className="nhsuk-u-visually-hidden" role="status">
      {said}
    </p>
  );
}
