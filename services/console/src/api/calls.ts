import { ApiError, request } from "./client.ts";
import type {
  AuditEntry,
  DocumentView,
  FactKind,
  FactPage,
  FeedWithFaults,
  HeldMessage,
  HistoryPoint,
  Load,
  MessageDetail,
  MessageRow,
  MessageSearch,
  PersonRecord,
  PersonRow,
  PersonSearch,
  QuarantineReason,
  ReviewTask,
  ReviewTaskRow,
  Role,
  SessionAnswer,
  TaskState,
  User,
  UserRow,
} from "./types.ts";

/** Every call the console makes, by name. Identifiers travel in bodies, never in addresses; opaque ids may. */

const PAGE_ROWS = 50;

export type Cursor = string | null;
export type NewUser = { username: string; displayName: string; password: string; roles: Role[] };
export type UserChange = { roles?: Role[]; disabled?: boolean; password?: string };

const at = (id: string) => encodeURIComponent(id);
const withCursor = (cursor: Cursor) => (cursor === null ? {} : { cursor });

/** Who is signed in, or null. */
export async function readSession(signal?: AbortSignal): Promise<User | null> {
  try {
    return (await request<{ user: User }>("GET", "/session", undefined, signal)).user;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}
export const signIn = (username: string, password: string) =>
  request<{ user: User }>("POST", "/session", { username, password });
export const redeemSignInLink = (token: string) => request<SessionAnswer>("POST", "/session", { token });
export const setUpFirstUser = (setup: {
  setupToken: string;
  username: string;
  displayName: string;
  password: string;
}) => request<{ user: User }>("POST", "/session/setup", setup);
export const signOut = () => request<void>("DELETE", "/session");

export const readUsers = (signal?: AbortSignal) => request<{ users: UserRow[] }>("GET", "/users", undefined, signal);
export const addUser = (user: NewUser) => request<{ user: User }>("POST", "/users", user);
export const changeUser = (username: string, change: UserChange) =>
  request<{ user: User }>("PATCH", `/users/${at(username)}`, change);

export const readHistory = (signal?: AbortSignal) =>
  request<{ points: HistoryPoint[] }>("GET", "/live/history", undefined, signal);
export const readFeeds = (signal?: AbortSignal) =>
  request<{ feeds: FeedWithFaults[]; loads: Load[] }>("GET", "/feeds", undefined, signal);

export const searchMessages = (search: MessageSearch, cursor: Cursor, signal?: AbortSignal) =>
  request<{ messages: MessageRow[]; next: Cursor }>(
    "POST",
    "/messages/search",
    { ...search, ...withCursor(cursor), limit: PAGE_ROWS },
    signal,
  );
export const readMessage = (id: string, signal?: AbortSignal) =>
  request<MessageDetail>("GET", `/messages/${at(id)}`, undefined, signal);
export const replayMessage = (id: string, reason: string) =>
  request<{ commandId: string }>("POST", `/messages/${at(id)}/replay`, { reason });
export const skipMessage = (id: string, reason: string) =>
  request<{ commandId: string }>("POST", `/messages/${at(id)}/skip`, { reason });
export const repairMessage = (id: string, message: string, reason: string) =>
  request<{ commandId: string }>("POST", `/messages/${at(id)}/repair`, { message, reason });
export const replayQuarantined = (reason: string, reasonCode?: string) =>
  request<{ count: number }>("POST", "/messages/replay", {
    outcome: "quarantined",
    reason,
    ...(reasonCode === undefined ? {} : { reasonCode }),
  });
export const readQuarantine = (signal?: AbortSignal) =>
  request<{ reasons: QuarantineReason[] }>("GET", "/quarantine/summary", undefined, signal);
export const readHeld = (cursor: Cursor, signal?: AbortSignal) =>
  request<{ parked: HeldMessage[]; next: Cursor }>("GET", `/parked${cursorParameter(cursor, "?")}`, undefined, signal);

export const searchPersons = (search: PersonSearch, cursor: Cursor, signal?: AbortSignal) =>
  request<{ persons: PersonRow[]; next: Cursor }>(
    "POST",
    "/persons/search",
    { ...search, ...withCursor(cursor), limit: PAGE_ROWS },
    signal,
  );
export const readPerson = (id: string, signal?: AbortSignal) =>
  request<PersonRecord>("GET", `/persons/${at(id)}`, undefined, signal);
export const readFacts = (id: string, kind: FactKind, cursor: string, signal?: AbortSignal) =>
  request<FactPage>("GET", `/persons/${at(id)}/facts?kind=${kind}${cursorParameter(cursor, "&")}`, undefined, signal);

export const readDocument = (factId: string, number: string, signal?: AbortSignal) =>
  request<DocumentView>("GET", `/facts/${at(factId)}/documents/${at(number)}`, undefined, signal);
/** Where the browser saves a document from, as it was sent. */
export const documentContentAddress = ({ factId, number }: Pick<DocumentView, "factId" | "number">) =>
  `/api/v1/facts/${at(factId)}/documents/${number}/content`;

export const readTasks = (state: TaskState, cursor: Cursor, signal?: AbortSignal) =>
  request<{ tasks: ReviewTaskRow[]; next: Cursor; counts: { open: number; closed: number } }>(
    "GET",
    `/review-tasks?state=${state}${cursorParameter(cursor, "&")}`,
    undefined,
    signal,
  );
export const readTask = (id: string, signal?: AbortSignal) =>
  request<ReviewTask>("GET", `/review-tasks/${at(id)}`, undefined, signal);
export const readAudit = (cursor: Cursor, signal?: AbortSignal) =>
  request<{ entries: AuditEntry[]; next: Cursor }>("GET", `/audit${cursorParameter(cursor, "?")}`, undefined, signal);

function cursorParameter(cursor: Cursor, joint: "?" | "&"): string {
  return cursor === null ? "" : `${joint}cursor=${at(cursor)}`;
}
