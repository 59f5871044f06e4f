import { customType, timestamp } from "drizzle-orm/pg-core";

/** Bytes in, bytes out. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** An instant; always with time zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
