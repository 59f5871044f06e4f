import type { ReactNode } from "react";
import { Link } from "wouter";

/** The blue NHS header with Chesil's own mark, the pebbles of the beach. The menu and the account go inside. */
export function Header({ account, menu }: { account?: ReactNode; menu?: ReactNode }) {
  return (
    <header className="nhsuk-header">
      <div className="nhsuk-header__container nhsuk-width-container">
        <div className="nhsuk-header__service">
          <Link href="/" className="nhsuk-header__service-name brand">
            <Pebbles />
            <span>
              <strong className="brand__name">Chesil</strong>
              <span className="brand__purpose">Every message finds its person</span>
            </span>
          </Link>
        </div>
        {account}
      </div>
      {menu}
    </header>
  );
}

function Pebbles() {
  return (
    <svg className="brand__mark" viewBox="0 0 40 32" aria-hidden="true" focusable="false">
      <ellipse cx="27" cy="22" rx="11" ry="8" fill="currentColor" />
      <ellipse cx="9" cy="24" rx="7" ry="5.5" fill="currentColor" opacity="0.75" />
      <ellipse cx="15" cy="9" rx="6" ry="4.5" fill="currentColor" opacity="0.55" />
    </svg>
  );
}
