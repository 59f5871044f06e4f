import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client.ts";

export const SESSION_KEY = ["session"] as const;

const RETRIES_MAX = 2;

/**
 * The console's cache. Nothing is refetched behind the reader's back: each read of a patient is an audited look. An
 * answer of 401 anywhere ends the session and drops everything that was read in it.
 */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => endSessionWhenSignedOut(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => endSessionWhenSignedOut(client, error) }),
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < RETRIES_MAX && mayPass(error),
      },
    },
  });
  return client;
}

/** Forgets the user and everything they read: patient data does not outlive the session. */
export function endSession(client: QueryClient): void {
  client.setQueryData(SESSION_KEY, null);
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
}

function endSessionWhenSignedOut(client: QueryClient, error: Error): void {
  if (error instanceof ApiError && error.status === 401 && client.getQueryData(SESSION_KEY)) endSession(client);
}

/** Only a fault that may pass by itself is worth another try. */
function mayPass(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
