import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { changeUser, type UserChange } from "../api/calls.ts";
import type { UserRow } from "../api/types.ts";
import { Button, ButtonGroup } from "../nhs/button.tsx";
import { Dialog } from "../nhs/dialog.tsx";
import { Checkboxes, PasswordField } from "../nhs/fields.tsx";
import { ProblemSummary } from "../nhs/messages.tsx";
import { PASSWORD_HINT } from "../session/new-user.ts";
import { useUser } from "../session/session.tsx";
import { ROLE_CHOICES } from "./roles.ts";

/** Changes a user's roles or password, or stops and restores their access. Nobody disables themselves. */
export function ChangeUserDialog({ user, onClose }: { user: UserRow; onClose: (done?: string) => void }) {
  const [roles, setRoles] = useState(user.roles);
  const [password, setPassword] = useState("");
  const self = useUser().username === user.username;
  const saving = useMutation({
    mutationFn: (change: UserChange) => changeUser(user.username, change),
    onSuccess: () => onClose(`${user.displayName} was changed.`),
  });
  return (
    <Dialog title={`Change ${user.displayName}`} onClose={() => onClose()}>
      {saving.error && <ProblemSummary error={saving.error} />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate({ roles, ...(password === "" ? {} : { password }) });
        }}
      >
        <Checkboxes legend="Roles" options={ROLE_CHOICES} chosen={roles} onChange={setRoles} />
        <PasswordField
          label="New password"
          hint={`${PASSWORD_HINT} Leave empty to keep the present one.`}
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
        />
        <ButtonGroup>
          <Button type="submit" disabled={saving.isPending}>
            Save
          </Button>
          {!self && (
            <Button
              variant={user.disabled ? "secondary" : "warning"}
              disabled={saving.isPending}
              onClick={() => saving.mutate({ disabled: !user.disabled })}
            >
              {user.disabled ? "Restore access" : "Disable this user"}
            </Button>
          )}
          <Button variant="secondary" onClick={() => onClose()}>
            Cancel
          </Button>
        </ButtonGroup>
      </form>
    </Dialog>
  );
}
