import type { Database, Transaction } from "./database.ts";

/** Where a query runs: on the pool, or inside a transaction that the caller opened. */
export type Client = Database["pool"] | Transaction;
