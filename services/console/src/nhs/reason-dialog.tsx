import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button, ButtonGroup } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextArea } from "./fields.tsx";
import { ProblemSummary } from "./messages.tsx";

const REASON_FIELD = "reason";

type ReasonDialogProps<T> = {
  title: string;
  children: ReactNode;
  confirm: string;
  wide?: boolean;
  /** Sends the act with its reason; the dialog stays open and says why when it fails. */
  act: (reason: string) => Promise<T>;
  onDone: (answer: T) => void;
  onClose: () => void;
};

/** Asks for the reason of an act before it is done: the reason is kept with the act. */
export function ReasonDialog<T>({
  title,
  children,
  confirm,
  wide = false,
  act,
  onDone,
  onClose,
}: ReasonDialogProps<T>) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  const sending = useMutation({ mutationFn: act, onSuccess: onDone });
  return (
    <Dialog title={title} wide={wide} onClose={onClose}>
      {sending.error && <ProblemSummary error={sending.error} />}
      {children}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const given = reason.trim();
          setError(given === "" ? "Enter a reason" : undefined);
          if (given === "") document.getElementById(REASON_FIELD)?.focus();
          else sending.mutate(given);
        }}
      >
        <TextArea
          id={REASON_FIELD}
          label="Reason"
          hint="It is kept with the action. Do not enter patient details."
          value={reason}
          onChange={setReason}
          error={error}
        />
        <ButtonGroup>
          <Button type="submit" disabled={sending.isPending}>
            {sending.isPending ? "Sending" : confirm}
          </Button>
          <Button variant="secondary" onClick={onClose}>
            Cancel
          </Button>
        </ButtonGroup>
      </form>
    </Dialog>
  );
}
