import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";
import { pageLinksFor } from "../session/permissions.ts";
import { useSignOut, useUser } from "../session/session.tsx";
import { Header } from "./header.tsx";

/** The frame around every signed-in page: skip link, header, menu by role, account. */
export function Layout({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page starts at its top.
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [path]);
  return (
    <>
      <a className="nhsuk-skip-link" href="#main">
        Skip to main content
      </a>
      <Header account={<Account />} menu={<Menu path={path} />} />
      <main className="nhsuk-width-container nhsuk-main-wrapper" id="main">
        {children}
      </main>
    </>
  );
}

function Menu({ path }: { path: string }) {
  const { roles } = useUser();
  return (
    <nav className="nhsuk-header__navigation" aria-label="Menu">
      <div className="nhsuk-header__navigation-container nhsuk-width-container">
        <ul className="nhsuk-header__navigation-list">
          {pageLinksFor(roles).map((page) => {
            const here = page.path === "/" ? path === "/" : path === page.path || path.startsWith(`${page.path}/`);
            return (
              <li
                key={page.path}
                className={`nhsuk-header__navigation-item${here ? " nhsuk-header__navigation-item--current" : ""}`}
              >
                <Link
                  href={page.path}
                  className="nhsuk-header__navigation-link"
                  aria-current={here ? (path === page.path ? "page" : "true") : undefined}
                  ref={here ? intoView : undefined}
                >
                  {page.text}
                </Link>
              </li>
            );
          })}
        </ul>
      </div>
    </nav>
  );
}

/** On a phone the menu scrolls sideways: the present page's link is brought into sight. */
function intoView(link: HTMLAnchorElement | null): void {
  link?.scrollIntoView({ block: "nearest", inline: "center" });
}

function Account() {
  const user = useUser();
  const signingOut = useSignOut();
  return (
    <nav className="nhsuk-header__account" aria-label="Account">
      <ul className="nhsuk-header__account-list">
        <li className="nhsuk-header__account-item">
          <span>
            <span className="nhsuk-u-visually-hidden">Signed in as </span>
            {user.displayName}
          </span>
        </li>
        <li className="nhsuk-header__account-item">
          <button
            type="button"
            className="nhsuk-header__account-button"
            disabled={signingOut.isPending}
            onClick={() => signingOut.mutate()}
          >
            Sign out
          </button>
        </li>
      </ul>
    </nav>
  );
}
