/**
 * A function that remembers its last answers by the text asked about. A region's names are some thousands, and preparing one
 * (folding, sounds, short forms) takes longer than comparing it. What is forgotten is everything at once, which needs no
 * order to be kept: the names that come again are soon back.
 */
export function remembered<T>(answer: (text: string) => T, answersMax = REMEMBERED_MAX): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before as T;
    if (known.size >= answersMax) known.clear();
    const now = answer(text);
    known.set(text, now);
    return now;
  };
}

const REMEMBERED_MAX = 20_000;
