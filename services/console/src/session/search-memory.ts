import { useState } from "react";

/**
 * What was last searched for, so that Back from a message or a person finds the list as it was. Searches hold patient
 * identifiers: they stay in this page's memory, never in the URL, the history or the browser's storage, and signing out
 * forgets them.
 */
const remembered = new Map<string, unknown>();

export const searchMemory = {
  put: <T>(page: string, search: T) => void remembered.set(page, search),
  forget: () => remembered.clear(),
};

/** State that outlives its page. `page` names it; `initial` is used when nothing is remembered. */
export function useRemembered<T>(page: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => (remembered.has(page) ? (remembered.get(page) as T) : initial));
  return [
    value,
    (next) => {
      remembered.set(page, next);
      setValue(next);
    },
  ];
}
