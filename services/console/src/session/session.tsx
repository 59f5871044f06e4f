import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { Redirect, useLocation } from "wouter";
import { readSession, signOut } from "../api/calls.ts";
import { endSession, SESSION_KEY } from "../api/query-client.ts";
import type { User } from "../api/types.ts";
import { ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { searchMemory } from "./search-memory.ts";

const UserContext = createContext<User | null>(null);

/** The signed-in user. Only inside RequireSession. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("useUser is called outside RequireSession");
  return user;
}

/** Shows its children to somebody signed in, and everybody else the way to sign in. */
export function RequireSession({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const session = useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => readSession(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (session.isPending) return <Waiting>Loading Chesil</Waiting>;
  if (session.error && session.data === undefined) {
    return (
      <main className="nhsuk-width-container nhsuk-main-wrapper">
        <ProblemSummary error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (!session.data) return <Redirect to="/sign-in" replace state={{ returnTo: path }} />;
  return <UserContext value={session.data}>{children}</UserContext>;
}

/** Ends the session here even when the server cannot be told: the screen must not keep what was read. */
export function useSignOut() {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: signOut,
    onSettled: () => {
      navigate("/sign-in");
      searchMemory.forget();
      endSession(client);
    },
  });
}
