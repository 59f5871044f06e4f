import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { readUsers } from "../api/calls.ts";
import type { UserRow } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { Button } from "../nhs/button.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { ProblemSummary, SuccessBanner, Waiting } from "../nhs/messages.tsx";
import { Tag } from "../nhs/tag.tsx";
import { formatInstant } from "../text/dates.ts";
import { ROLE_WORDS } from "../text/words.ts";
import { AddUserDialog } from "./add-user-dialog.tsx";
import { ChangeUserDialog } from "./change-user-dialog.tsx";

/** Who may use Chesil, and as what. */
export function UsersPage() {
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<UserRow>();
  const [done, setDone] = useState<string>();
  const users = useQuery({ queryKey: ["users"], queryFn: ({ signal }) => readUsers(signal) });
  const columns = useMemo(() => columnsFor(setChanging), []);
  const close = (text?: string) => {
    setAdding(false);
    setChanging(undefined);
    if (text === undefined) return;
    setDone(text);
    void users.refetch();
  };
  return (
    <Page
      title="Users"
      aside={
        <Button small onClick={() => setAdding(true)}>
          Add a user
        </Button>
      }
    >
      {done && <SuccessBanner key={done}>{done}</SuccessBanner>}
      {users.error && <ProblemSummary error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <Waiting>Loading the users</Waiting>}
      {users.data && (
        <DataTable
          caption="Users"
          captionHidden
          columns={columns}
          rows={users.data.users}
          rowId={(user) => user.username}
          sortedBy={[{ id: "name", desc: false }]}
        />
      )}
      {adding && <AddUserDialog onClose={close} />}
      {changing && <ChangeUserDialog user={changing} onClose={close} />}
    </Page>
  );
}

function columnsFor(onChange: (user: UserRow) => void): readonly Column<UserRow>[] {
  return [
    {
      id: "name",
      header: "Name",
      rowHeader: true,
      sortBy: (user) => user.displayName,
      cell: (user) => (
        <>
          {user.displayName}
          <span className="quiet mono">{user.username}</span>
        </>
      ),
    },
    {
      id: "roles",
      wide: true,
      header: "Roles",
      cell: (user) => user.roles.map((role) => ROLE_WORDS[role]).join(", ") || "None",
    },
    {
      id: "state",
      header: "State",
      sortBy: (user) => (user.disabled ? 1 : 0),
      cell: (user) => (user.disabled ? <Tag colour="grey">Disabled</Tag> : <Tag colour="green">Active</Tag>),
    },
    {
      id: "last",
      header: "Last signed in",
      sortBy: (user) => user.lastSignInAt,
      cell: (user) => (user.lastSignInAt ? formatInstant(user.lastSignInAt) : "Never"),
    },
    { id: "created", header: "Added", sortBy: (user) => user.createdAt, cell: (user) => formatInstant(user.createdAt) },
    {
      id: "change",
      header: "Action",
      cell: (user) => (
        <Button variant="secondary" small onClick={() => onChange(user)}>
          Change<span className="nhsuk-u-visually-hidden"> {user.displayName}</span>
        </Button>
      ),
    },
  ];
}
