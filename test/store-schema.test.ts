import * as store from "@chesil/store";
import { getTableColumns, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";

type Column = { table: string; column: string; type: string; nullable: boolean };

/** PostgreSQL's word for the type that drizzle declares. */
const TYPE_NAMES: Record<string, string> = { "timestamp with time zone": "timestamp with time zone" };

describe("the drizzle schema and the migrations", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  it("agree on every table, column, type and null", async () => {
    const declared = Object.values(store.schema)
      .filter((table) => is(table, PgTable))
      .flatMap((table): Column[] =>
        Object.values(getTableColumns(table)).map((column) => ({
          table: getTableConfig(table).name,
          column: column.name,
          type: TYPE_NAMES[column.getSQLType()] ?? column.getSQLType(),
          nullable: !column.notNull,
        })),
      );
    const { rows } = await database.pool.query<Column>(
      `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
         and c.relname <> 'migration'`,
    );
    const lines = (columns: Column[]) =>
      columns.map((each) => `${each.table}.${each.column} ${each.type}${each.nullable ? "" : " not null"}`).sort();
    expect(lines(declared)).toEqual(lines(rows));
    expect(rows.length).toBeGreaterThan(100);
  });

  it("can be migrated again without effect, and by two processes at once", async () => {
    expect(await Promise.all([store.migrate(database), store.migrate(database)])).toEqual([[], []]);
  });

  it("refuses a database that a newer version has used", async () => {
    await database.pool.query("insert into migration (number, name) values (9999, 'from-the-future.sql')");
    await expect(store.migrate(database)).rejects.toThrow("Start the newer version");
    await database.pool.query("delete from migration where number = 9999");
  });
});
