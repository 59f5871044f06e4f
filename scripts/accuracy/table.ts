/** A table of text; a cell is "" where there is nothing to say. */
export type Table = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** As Markdown, its columns padded so that it can be read on a terminal too: the first to the left, figures to the right. */
export function markdownOf({ header, rows }: Table): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? "").length)));
  const isFigure = header.map((_, column) => rows.every((row) => /^[-\d., %]*$/.test(row[column] ?? "")));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, column) =>
      isFigure[column] ? (cells[column] ?? "").padStart(width) : (cells[column] ?? "").padEnd(width),
    );
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, column) => (isFigure[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

/** A share with four digits; "" for none. */
export const figure = (share: number | undefined): string => (share === undefined ? "" : share.toFixed(4));

/** A share in percent. */
export const percent = (share: number | undefined): string =>
  share === undefined ? "" : `${(100 * share).toFixed(3)} %`;

export const whole = (count: number): string => count.toLocaleString("en-GB");
