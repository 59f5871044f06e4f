/** All rows, so many in memory at once. */
export async function* inPages<T>(
  size: number,
  read: (last: T | undefined, limit: number) => Promise<readonly T[]>,
): AsyncGenerator<T> {
  for (let last: T | undefined; ; ) {
    const page = await read(last, size);
    yield* page;
    last = page.at(-1);
    if (page.length < size) return;
  }
}
