import { Link } from "wouter";
import type { Decision } from "../api/types.ts";
import { Warning } from "../nhs/messages.tsx";
import { decisionSentence, marginSentence, reasonInWords } from "./evidence-words.ts";
import { WaterfallChart } from "./waterfall-chart.tsx";

type EvidenceViewProps = { decision: Decision; leftLabel: string; rightLabel: string };

/** A decision and everything it rests on: the sentence, what forbade it, each comparison's weight, the runner-up. */
export function EvidenceView({ decision, leftLabel, rightLabel }: EvidenceViewProps) {
  const margin = marginSentence(decision);
  return (
    <>
      <p>{decisionSentence(decision)}</p>
      {decision.veto && decision.kind !== "link" && (
        <Warning title="Never linked automatically">
          <p>{reasonInWords(decision.veto)}</p>
        </Warning>
      )}
      {decision.levels.length > 0 && (
        <WaterfallChart
          levels={decision.levels}
          total={decision.weight}
          probability={decision.probability}
          leftLabel={leftLabel}
          rightLabel={rightLabel}
        />
      )}
      {margin && decision.runnerUp && (
        <p>
          {margin} <Link href={`/people/${decision.runnerUp.personId}`}>Open that person</Link>
        </p>
      )}
      <p className="quiet">Model {decision.modelVersion}</p>
    </>
  );
}
