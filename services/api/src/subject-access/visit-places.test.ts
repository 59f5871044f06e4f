import type { Movement } from "@chesil/model";
import { expect, it } from "vitest";
import { visitPlaces } from "./visit-places.ts";

const moved = (place: string | null, since: string | null, isTemporary = false): Movement => ({
  ...{ place, since, isTemporary },
  ...{ recordedAt: "2026-05-05T10:00:00.000Z", journalId: 1 },
});

it("every place of a visit stands with since and until when, not the last alone", () => {
  const movements = [
    moved("Ward 1", "2026-05-05T09:00:00.000Z"),
    moved("X-ray", "2026-05-06T09:00:00.000Z", true),
    moved(null, null),
    moved("Ward <2>", "2026-05-07"),
  ];
  const text = (visit: Parameters<typeof visitPlaces>[0]) =>
    visitPlaces(visit)
      ?.html.replaceAll("</li>", "\n")
      .replaceAll(/<[^>]*>/g, "")
      .trim()
      .split("\n");
  const places = [
    "Ward 1 from 05-May-2026 10:00 to 06-May-2026 10:00",
    "X-ray from 06-May-2026 10:00, for a while",
    "No place is recorded since when is not recorded to 07-May-2026",
  ];
  const last = "Ward &#60;2&#62; from 07-May-2026";
  expect(text({ status: "in-progress", dischargedAt: null, movements })).toEqual([...places, last]);
  const end = { status: "finished", dischargedAt: "2026-05-08" } as const;
  expect(text({ ...end, movements })).toEqual([...places, `${last} to 08-May-2026`]);
  expect(visitPlaces({ ...end, movements: [] })).toBeNull();
});
