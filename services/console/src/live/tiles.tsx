import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Percentiles, Snapshot } from "../api/types.ts";
import { seeMessages } from "../messages/message-search.ts";
import { OutcomeTag } from "../messages/outcome-tag.tsx";
import { Tag } from "../nhs/tag.tsx";
import { formatCount, formatMilliseconds, formatRate, formatSeconds } from "../text/numbers.ts";
import { OUTCOME_LIST, OUTCOME_MEANINGS } from "../text/words.ts";
import { balanceOf } from "./headline.ts";

/** The numbers that matter most, large enough for a wall. */
export function Tiles({ snapshot }: { snapshot: Snapshot }) {
  return (
    <dl className="tiles">
      <Tile label="Received" value={formatRate(snapshot.receivedPerSecond)} unit="a second" />
      <Tile label="Applied" value={formatRate(snapshot.appliedPerSecond)} unit="a second" />
      <LatencyTile label="Acknowledgement" latency={snapshot.ackMs} />
      <LatencyTile label="Receipt to record" latency={snapshot.applyMs} />
      <Tile
        label="Backlog"
        value={formatCount(snapshot.backlog.messages)}
        unit={
          snapshot.backlog.messages === 0 ? "nothing waits" : `oldest ${formatSeconds(snapshot.backlog.oldestSeconds)}`
        }
      />
      <Tile label="Quarantined" value={formatCount(snapshot.outcomes.quarantined)} unit="to be settled" />
    </dl>
  );
}

function Tile({ label, value, unit }: { label: string; value: string; unit: ReactNode }) {
  return (
    <div className="tile">
      <dt className="tile__label">{label}</dt>
      <dd className="tile__value">{value}</dd>
      <dd className="tile__unit">{unit}</dd>
    </div>
  );
}

function LatencyTile({ label, latency }: { label: string; latency: Percentiles | null }) {
  if (!latency) return <Tile label={label} value="–" unit="nothing in 5 minutes" />;
  return (
    <div className="tile">
      <dt className="tile__label">
        {label} <abbr title="99 of 100 are at least this fast, over the last 5 minutes">p99</abbr>
      </dt>
      <dd className="tile__value">{formatMilliseconds(latency.p99)}</dd>
      <dd className="tile__unit">
        p50 {formatMilliseconds(latency.p50)} · p95 {formatMilliseconds(latency.p95)}
      </dd>
    </div>
  );
}

/** What became of every message received, and that the sum is right. Each outcome leads to its messages. */
export function OutcomesTable({ snapshot }: { snapshot: Snapshot }) {
  const balance = balanceOf(snapshot);
  return (
    <table className="nhsuk-table outcomes">
      <caption className="nhsuk-table__caption">What became of every message</caption>
      <tbody className="nhsuk-table__body">
        {OUTCOME_LIST.map((outcome) => (
          <tr key={outcome} className="nhsuk-table__row">
            <th scope="row" className="nhsuk-table__header">
              <div className="outcomes__name">
                <Link href="/messages" onClick={() => seeMessages({ outcome })} className="outcomes__link">
                  <OutcomeTag outcome={outcome} />
                </Link>
                <span className="quiet">{OUTCOME_MEANINGS[outcome]}</span>
              </div>
            </th>
            <td className="nhsuk-table__cell nhsuk-table__cell--numeric">{formatCount(snapshot.outcomes[outcome])}</td>
          </tr>
        ))}
        <tr className="nhsuk-table__row">
          <th scope="row" className="nhsuk-table__header">
            <div className="outcomes__name">
              <OutcomeTag outcome={null} />
              <span className="quiet">not yet applied</span>
            </div>
          </th>
          <td className="nhsuk-table__cell nhsuk-table__cell--numeric">{formatCount(snapshot.inFlight)}</td>
        </tr>
      </tbody>
      <tfoot>
        <tr className="nhsuk-table__row">
          <th scope="row" className="nhsuk-table__header">
            Received{" "}
            {balance.balanced ? (
              <Tag colour="white">All accounted for</Tag>
            ) : (
              <Tag colour="red">{formatCount(Math.abs(balance.received - balance.accounted))} not accounted for</Tag>
            )}
          </th>
          <td className="nhsuk-table__cell nhsuk-table__cell--numeric">{formatCount(snapshot.received)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** What the store holds. */
export function StoreFigures({ snapshot }: { snapshot: Snapshot }) {
  return (
    <dl className="figures">
      <Figure label="People" value={snapshot.persons} />
      <Figure label="Source records" value={snapshot.sourceRecords} />
      <Figure label="Review tasks open" value={snapshot.reviewTasksOpen} />
      <Figure label="Identities parked" value={snapshot.parkedIdentities} />
    </dl>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{formatCount(value)}</dd>
    </div>
  );
}
