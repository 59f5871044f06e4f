import { type ReactNode, useState } from "react";
import { replayMessage, skipMessage } from "../api/calls.ts";
import type { MessageDetail } from "../api/types.ts";
import { Button, ButtonGroup } from "../nhs/button.tsx";
import { ReasonDialog } from "../nhs/reason-dialog.tsx";
import { maySettleMessages } from "../session/permissions.ts";
import { useUser } from "../session/session.tsx";

type SettleProps = {
  message: Pick<MessageDetail, "id" | "outcome">;
  onAsked: (what: string) => void;
  /** Further buttons of the same kind. */
  children?: ReactNode;
};

/** Replay and skip, for a message that is set aside and a user who may. */
export function SettleButtons({ message, onAsked, children }: SettleProps) {
  const [asking, setAsking] = useState<"replay" | "skip">();
  const { roles } = useUser();
  const waiting = message.outcome === "quarantined" || message.outcome === "parked";
  if (!waiting || !maySettleMessages(roles)) return null;
  const done = (what: string) => {
    setAsking(undefined);
    onAsked(what);
  };
  return (
    <>
      <ButtonGroup>
        <Button small onClick={() => setAsking("replay")}>
          Replay<span className="nhsuk-u-visually-hidden"> message {message.id}</span>
        </Button>
        <Button small variant="secondary" onClick={() => setAsking("skip")}>
          Skip<span className="nhsuk-u-visually-hidden"> message {message.id}</span>
        </Button>
        {children}
      </ButtonGroup>
      {asking === "replay" && (
        <ReasonDialog
          title="Replay this message"
          confirm="Replay"
          act={(reason) => replayMessage(message.id, reason)}
          onDone={() => done("The replay was asked for. This page follows what becomes of it.")}
          onClose={() => setAsking(undefined)}
        >
          <p>It is read and applied again from the bytes received, in its place in the order of its patient.</p>
        </ReasonDialog>
      )}
      {asking === "skip" && (
        <ReasonDialog
          title="Skip this message"
          confirm="Skip"
          act={(reason) => skipMessage(message.id, reason)}
          onDone={() => done("The skip was asked for. This page follows what becomes of it.")}
          onClose={() => setAsking(undefined)}
        >
          <p>It will never take effect, and messages parked behind it go on. The bytes stay in the journal.</p>
        </ReasonDialog>
      )}
    </>
  );
}
