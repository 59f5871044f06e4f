import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { setUpFirstUser } from "../api/calls.ts";
import type { User } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { Button } from "../nhs/button.tsx";
import { PasswordField, TextField } from "../nhs/fields.tsx";
import { ErrorSummary, ProblemSummary } from "../nhs/messages.tsx";
import { newUserErrors, PASSWORD_HINT } from "./new-user.ts";

/** Creates the first user of a new installation, who gets every role. */
export function SetUpForm({ setupToken, onDone }: { setupToken: string; onDone: (user: User) => void }) {
  const [user, setUser] = useState({ username: "", displayName: "", password: "" });
  const [checked, setChecked] = useState(false);
  const errors = checked ? newUserErrors(user) : [];
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.text;
  const creating = useMutation({
    mutationFn: () =>
      setUpFirstUser({
        setupToken,
        username: user.username.trim(),
        displayName: user.displayName.trim(),
        password: user.password,
      }),
    onSuccess: (answer) => onDone(answer.user),
  });
  return (
    <Page title="Set up the first user" narrow>
      <p>
        This Chesil has no users yet. The user you create here becomes an administrator with every role, and can add the
        others.
      </p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setChecked(true);
          if (newUserErrors(user).length === 0) creating.mutate();
        }}
      >
        {errors.length > 0 && <ErrorSummary errors={errors} />}
        {creating.error && errors.length === 0 && <ProblemSummary error={creating.error} />}
        <TextField
          id="displayName"
          label="Your name"
          value={user.displayName}
          onChange={(displayName) => setUser({ ...user, displayName })}
          autoComplete="name"
          error={errorOf("displayName")}
        />
        <TextField
          id="username"
          label="Username"
          value={user.username}
          onChange={(username) => setUser({ ...user, username })}
          autoComplete="username"
          error={errorOf("username")}
        />
        <PasswordField
          id="password"
          label="Password"
          hint={PASSWORD_HINT}
          value={user.password}
          onChange={(password) => setUser({ ...user, password })}
          autoComplete="new-password"
          error={errorOf("password")}
        />
        <Button type="submit" disabled={creating.isPending}>
          Create the user and sign in
        </Button>
      </form>
    </Page>
  );
}
