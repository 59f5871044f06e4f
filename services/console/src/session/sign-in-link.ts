import { useEffect, useState } from "react";

/**
 * The one-time token of a sign-in link (`/sign-in#token=…`), taken out of the address at once so that it stays neither
 * in the history nor on the screen. A link opened in a tab that is already here changes only the fragment: heard too.
 */
export function useSignInToken(): string | undefined {
  const [token, setToken] = useState(tokenInAddress);
  useEffect(() => {
    const take = () => {
      const found = tokenInAddress();
      if (found === undefined) return;
      window.history.replaceState(window.history.state, "", window.location.pathname);
      setToken(found);
    };
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return token;
}

function tokenInAddress(): string | undefined {
  return new URLSearchParams(window.location.hash.slice(1)).get("token") ?? undefined;
}
