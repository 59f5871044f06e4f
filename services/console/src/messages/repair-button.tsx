import { useState } from "react";
import { repairMessage } from "../api/calls.ts";
import type { MessageDetail } from "../api/types.ts";
import { Button } from "../nhs/button.tsx";
import { TextArea } from "../nhs/fields.tsx";
import { ReasonDialog } from "../nhs/reason-dialog.tsx";
import { mayRepairMessages } from "../session/permissions.ts";
import { useUser } from "../session/session.tsx";
import { linesToEdit, messageOfLines } from "./edited-text.ts";

type RepairProps = { message: MessageDetail; onAsked: (what: string) => void };

/** Gives a corrected message for one that is set aside, to a user who may and who sees what it says. */
export function RepairButton({ message, onAsked }: RepairProps) {
  // Where it was repaired before, that is what still has to be put right.
  const current = message.repair?.raw ?? message.raw;
  const [edited, setEdited] = useState<string>();
  const { roles } = useUser();
  if (current === null || !mayRepairMessages(roles)) return null;
  return (
    <>
      <Button small variant="secondary" onClick={() => setEdited(linesToEdit(current))}>
        Repair
      </Button>
      {edited !== undefined && (
        <ReasonDialog
          wide
          title="Repair this message"
          confirm="Repair"
          act={(reason) => repairMessage(message.id, messageOfLines(edited), reason)}
          onDone={() => {
            setEdited(undefined);
            onAsked("The repair was asked for. This page follows what becomes of it.");
          }}
          onClose={() => setEdited(undefined)}
        >
          <p>
            What you enter is applied in the place of the message, and messages parked behind it go on. The bytes
            received stay in the journal.
          </p>
          <TextArea
            label="Corrected message"
            hint="One segment a line. It must be about the same patients: PID-3 and MRG-1 stay as they are."
            value={edited}
            onChange={setEdited}
            rows={12}
            isCode
          />
        </ReasonDialog>
      )}
    </>
  );
}
