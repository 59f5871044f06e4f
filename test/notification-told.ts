/** What a notification says: `event PID-3 [< MRG-1]`, the identifiers in order. */
export function told(message: string): string {
  const fields = (id: string) =>
    message
      .split("\r")
      .find((line) => line.startsWith(id))
      ?.split("|") ?? [];
  const ids = (field: string | undefined) =>
    (field ?? "")
      .split("~")
      .map((each) => each.split("^"))
      .map(([value, , , authority]) => (authority === "CHESIL" ? "CHESIL" : `${authority}:${value}`))
      .sort()
      .join(" ");
  const merged = fields("MRG")[1];
  return `${fields("MSH")[8]?.split("^")[1]} ${ids(fields("PID")[3])}${merged ? ` < ${ids(merged)}` : ""}`;
}
