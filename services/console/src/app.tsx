import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { AuditPage } from "./audit/audit-page.tsx";
import { Layout } from "./layout/layout.tsx";
import { Page } from "./layout/page.tsx";
import { MessagePage } from "./messages/message-page.tsx";
import { MessagesPage } from "./messages/messages-page.tsx";
import { Waiting } from "./nhs/messages.tsx";
import { PeoplePage } from "./people/people-page.tsx";
import { PersonPage } from "./people/person-page.tsx";
import { QuarantinePage } from "./quarantine/quarantine-page.tsx";
import { RequireSession } from "./session/session.tsx";
import { SignInPage } from "./session/sign-in-page.tsx";
import { TaskPage } from "./tasks/task-page.tsx";
import { TasksPage } from "./tasks/tasks-page.tsx";
import { UsersPage } from "./users/users-page.tsx";

/** The charting library comes with the one page that draws a chart. */
const LivePage = lazy(() => import("./live/live-page.tsx"));

/** The console: every address it answers to. Addresses hold opaque ids only, never a patient's identifier. */
export function App({ queryClient }: { queryClient: QueryClient }) {
  return (
    <QueryClientProvider client={queryClient}>
      <Switch>
        <Route path="/sign-in" component={SignInPage} />
        <Route>
          <RequireSession>
            <Layout>
              <Suspense fallback={<Waiting />}>
                <Pages />
              </Suspense>
            </Layout>
          </RequireSession>
        </Route>
      </Switch>
    </QueryClientProvider>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={LivePage} />
      <Route path="/messages" component={MessagesPage} />
      <Route path="/messages/:id">{({ id }) => <MessagePage id={id} key={id} />}</Route>
      <Route path="/quarantine" component={QuarantinePage} />
      <Route path="/people" component={PeoplePage} />
      <Route path="/people/:id">{({ id }) => <PersonPage id={id} key={id} />}</Route>
      <Route path="/tasks" component={TasksPage} />
      <Route path="/tasks/:id">{({ id }) => <TaskPage id={id} key={id} />}</Route>
      <Route path="/audit" component={AuditPage} />
      <Route path="/users" component={UsersPage} />
      <Route>
        <Page title="Page not found">
          <p>Check the address, or choose a page from the menu.</p>
        </Page>
      </Route>
    </Switch>
  );
}
