import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { redeemSignInLink, signIn } from "../api/calls.ts";
import { SESSION_KEY } from "../api/query-client.ts";
import type { SessionAnswer, User } from "../api/types.ts";
import { Header } from "../layout/header.tsx";
import { Page } from "../layout/page.tsx";
import { Button } from "../nhs/button.tsx";
import { PasswordField, TextField } from "../nhs/fields.tsx";
import { ErrorSummary, type FieldError, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { SetUpForm } from "./set-up-form.tsx";
import { useSignInToken } from "./sign-in-link.ts";

/** Signs in by a one-time link or by username and password, and returns to the page that asked for it. */
export function SignInPage() {
  const token = useSignInToken();
  const [setupToken, setSetupToken] = useState<string>();
  const enter = useEntry();
  const redeem = useMutation({
    mutationFn: redeemSignInLink,
    onMutate: () => setSetupToken(undefined),
    onSuccess: (answer: SessionAnswer) => (answer.user ? enter(answer.user) : setSetupToken(answer.token2)),
  });
  // A token works once: it is sent once, whatever React renders twice.
  const sent = useRef<string>(undefined);
  const { mutate } = redeem;
  useEffect(() => {
    if (token === undefined || sent.current === token) return;
    sent.current = token;
    mutate(token);
  }, [token, mutate]);

  return (
    <>
      <Header />
      <main className="nhsuk-width-container nhsuk-main-wrapper sign-in" id="main">
        {setupToken !== undefined ? (
          <SetUpForm setupToken={setupToken} onDone={enter} />
        ) : (
          <Page title="Sign in" narrow>
            {redeem.isPending && <Waiting>Checking your sign-in link</Waiting>}
            {redeem.error && <ProblemSummary error={redeem.error} />}
            {!redeem.isPending && <PasswordForm onDone={enter} />}
          </Page>
        )}
      </main>
    </>
  );
}

/** Keeps the user and goes back to where they were, or to the first page. */
function useEntry() {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const state = useHistoryState<{ returnTo?: string } | null>();
  return (user: User) => {
    client.setQueryData(SESSION_KEY, user);
    navigate(state?.returnTo ?? "/", { replace: true });
  };
}

function PasswordForm({ onDone }: { onDone: (user: User) => void }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<FieldError[]>([]);
  const signingIn = useMutation({
    mutationFn: () => signIn(username.trim(), password),
    onSuccess: (answer) => onDone(answer.user),
  });
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.text;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found: FieldError[] = [];
        if (username.trim() === "") found.push({ field: "username", text: "Enter your username" });
        if (password === "") found.push({ field: "password", text: "Enter your password" });
        setErrors(found);
        if (found.length === 0) signingIn.mutate();
      }}
    >
      {errors.length > 0 && <ErrorSummary errors={errors} />}
      {signingIn.error && errors.length === 0 && <ProblemSummary error={signingIn.error} />}
      <TextField
        id="username"
        label="Username"
        value={username}
        onChange={setUsername}
        autoComplete="username"
        error={errorOf("username")}
      />
      <PasswordField
        id="password"
        label="Password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        error={errorOf("password")}
      />
      <Button type="submit" disabled={signingIn.isPending}>
        {signingIn.isPending ? "Signing in" : "Sign in"}
      </Button>
    </form>
  );
}
