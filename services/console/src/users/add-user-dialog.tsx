import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { addUser, type NewUser } from "../api/calls.ts";
import { Button, ButtonGroup } from "../nhs/button.tsx";
import { Dialog } from "../nhs/dialog.tsx";
import { Checkboxes, PasswordField, TextField } from "../nhs/fields.tsx";
import { ErrorSummary, ProblemSummary } from "../nhs/messages.tsx";
import { newUserErrors, PASSWORD_HINT } from "../session/new-user.ts";
import { ROLE_CHOICES } from "./roles.ts";

const NOBODY: NewUser = { username: "", displayName: "", password: "", roles: [] };

/** Adds a user with a first password. */
export function AddUserDialog({ onClose }: { onClose: (done?: string) => void }) {
  const [user, setUser] = useState(NOBODY);
  const [tries, setTries] = useState(0);
  const adding = useMutation({ mutationFn: addUser, onSuccess: () => onClose(`${user.displayName} was added.`) });
  const found = [
    ...newUserErrors(user),
    ...(user.roles.length === 0 ? [{ field: "roles", text: "Choose at least one role" }] : []),
  ];
  const errors = tries > 0 ? found : [];
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.text;
  return (
    <Dialog title="Add a user" onClose={() => onClose()}>
      {errors.length > 0 && <ErrorSummary errors={errors} key={tries} />}
      {adding.error && errors.length === 0 && <ProblemSummary error={adding.error} />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTries(tries + 1);
          if (found.length > 0) return;
          adding.mutate({ ...user, username: user.username.trim(), displayName: user.displayName.trim() });
        }}
      >
        <TextField
          id="displayName"
          label="Name"
          value={user.displayName}
          onChange={(displayName) => setUser({ ...user, displayName })}
          error={errorOf("displayName")}
        />
        <TextField
          id="username"
          label="Username"
          value={user.username}
          onChange={(username) => setUser({ ...user, username })}
          error={errorOf("username")}
        />
        <PasswordField
          id="password"
          label="First password"
          hint={PASSWORD_HINT}
          value={user.password}
          onChange={(password) => setUser({ ...user, password })}
          autoComplete="new-password"
          error={errorOf("password")}
        />
        <Checkboxes
          id="roles"
          legend="Roles"
          options={ROLE_CHOICES}
          chosen={user.roles}
          onChange={(roles) => setUser({ ...user, roles })}
          error={errorOf("roles")}
        />
        <ButtonGroup>
          <Button type="submit" disabled={adding.isPending}>
            Add the user
          </Button>
          <Button variant="secondary" onClick={() => onClose()}>
            Cancel
          </Button>
        </ButtonGroup>
      </form>
    </Dialog>
  );
}
