/**
 * The fields of one row (RFC 4180): quotes that enclose a field are taken off, doubled ones inside are one. What stands
 * behind a closing quote belongs to the field, as spreadsheets read it. The row's line end is none of it.
 */
export function fieldsOf(row: string, delimiter: string): string[] {
  const text = row.replace(/\r?\n$/, "");
  if (!text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    let field = "";
    if (text[at] === '"') {
      for (at++; at < text.length; at++) {
        const close = text.indexOf('"', at);
        if (close < 0) return [...fields, field + text.slice(at)];
        field += text.slice(at, close);
        at = close;
        if (text[at + 1] !== '"') break;
        field += '"';
        at++;
      }
      at++;
    }
    const end = text.indexOf(delimiter, at);
    fields.push(field + text.slice(at, end < 0 ? text.length : end));
    if (end < 0) return fields;
    at = end;
  }
  return fields;
}

/** A field as it is written: in quotes where it has to be. */
export const writtenField = (field: string): string =>
  /["\r\n,;\t|]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** What a spreadsheet would run as a formula; a telephone number or an amount is none. */
export const isFormula = (cell: string): boolean =>
  /^[=@\t\r]/.test(cell) || (/^[+-]/.test(cell) && !/^[+-][\d\s().,/-]*$/.test(cell));

const ESCAPED = /^'+[=+\-@\t\r]/;

/** A cell that a spreadsheet shows and does not run; `unescapedCell` gives it back. */
export const escapedCell = (cell: string): string => (isFormula(cell) || ESCAPED.test(cell) ? `'${cell}` : cell);

export const unescapedCell = (cell: string): string => (ESCAPED.test(cell) ? cell.slice(1) : cell);
