import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Route, Switch, useLocation } from "wouter";
import { AuditPage } from "./audit/audit-page.tsx";
import { ErrorBoundary } from "./layout/error-boundary.tsx";
import { Layout } from "./layout/layout.tsx";
import { Page } from "./layout/page.tsx";
import { LivePage } from "./live/live-page.tsx";
import { MessagePage } from "./messages/message-page.tsx";
import { MessagesPage } from "./messages/messages-page.tsx";
import { DocumentPage } from "./people/document-page.tsx";
import { PeoplePage } from "./people/people-page.tsx";
import { PersonPage } from "./people/person-page.tsx";
import { QuarantinePage } from "./quarantine/quarantine-page.tsx";
import { RequireSession } from "./session/session.tsx";
import { SignInPage } from "./session/sign-in-page.tsx";
import { TaskPage } from "./tasks/task-page.tsx";
import { TasksPage } from "./tasks/tasks-page.tsx";
import { UsersPage } from "./users/users-page.tsx";

/** The console: every address it answers to. Addresses hold opaque ids only, never a patient's identifier. */
export function App({ queryClient }: { queryClient: QueryClient }) {
  return (
    <QueryClientProvider client={queryClient}>
      <Switch>
        <Route path="/sign-in" component={SignInPage} />
        <Route>
          <RequireSession>
            <Layout>
              <Pages />
            </Layout>
          </RequireSession>
        </Route>
      </Switch>
    </QueryClientProvider>
  );
}

function Pages() {
  const [path] = useLocation();
  return (
    <ErrorBoundary key={path} fallback={<BrokenPage />}>
      <Routes />
    </ErrorBoundary>
  );
}

function BrokenPage() {
  return (
    <Page title="This page has a problem">
      <p>Load it again. If that does not help, tell whoever looks after Chesil what you were doing.</p>
    </Page>
  );
}

function Routes() {
  return (
    <Switch>
      <Route path="/" component={LivePage} />
      <Route path="/messages" component={MessagesPage} />
      <Route path="/messages/:id">{({ id }) => <MessagePage id={id} key={id} />}</Route>
      <Route path="/quarantine" component={QuarantinePage} />
      <Route path="/people" component={PeoplePage} />
      <Route path="/people/:id">{({ id }) => <PersonPage id={id} key={id} />}</Route>
      <Route path="/documents/:factId/:number">
        {({ factId, number }) => <DocumentPage factId={factId} number={number} key={`${factId}/${number}`} />}
      </Route>
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
