import { useState } from "react";
import type { Cursor } from "../api/calls.ts";
import { Button } from "./button.tsx";

/**
 * Paging by opaque cursors: the API gives only the next one, so the way back is remembered here. `reset` returns to the
 * first page, as a new search must.
 */
export function useCursorPages() {
  const [trail, setTrail] = useState<Cursor[]>([null]);
  return {
    cursor: trail.at(-1) ?? null,
    page: trail.length,
    forward: (next: string) => setTrail((known) => [...known, next]),
    back: () => setTrail((known) => (known.length > 1 ? known.slice(0, -1) : known)),
    reset: () => setTrail([null]),
  };
}

type CursorPagesProps = { pages: ReturnType<typeof useCursorPages>; next: Cursor; label: string };

/** Previous and next, shown only when there is anywhere to go. */
export function CursorPages({ pages, next, label }: CursorPagesProps) {
  if (pages.page === 1 && next === null) return null;
  return (
    <nav className="cursor-pages" aria-label={label}>
      <Button variant="secondary" small onClick={pages.back} disabled={pages.page === 1}>
        Previous page
      </Button>
      <span>Page {pages.page}</span>
      <Button variant="secondary" small onClick={() => next !== null && pages.forward(next)} disabled={next === null}>
        Next page
      </Button>
    </nav>
  );
}
