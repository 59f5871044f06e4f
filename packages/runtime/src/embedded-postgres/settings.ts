import { totalmem } from "node:os";

const MIB = 1024 * 1024;
const SHARED_BUFFERS_MIN = 128;
const SHARED_BUFFERS_MAX = 4096;

/** What differs from one start to the next. */
export type ServerAddress = { readonly port: number; readonly socketDir: string };

/**
 * The server's settings, as arguments: they are the same whatever a postgresql.conf in the folder says, and a new
 * Chesil brings its own with the next start.
 */
export function serverArguments(address: ServerAddress, memoryBytes = usableMemoryBytes()): string[] {
  const settings = { ...DURABLE, ...tuned(memoryBytes), ...QUIET, ...where(address) };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Law 1 rests on these. They are the defaults; stated, a stray postgresql.conf cannot turn them off. */
const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };

/**
 * The log goes to whoever runs us, so it must not hold patient data: errors of statements (which quote values), their
 * details and the statements themselves stay out; starts, stops, checkpoints and fatal errors remain.
 */
const QUIET = {
  log_destination: "stderr",
  logging_collector: "off",
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_statement: "none",
  log_min_duration_statement: "-1",
  log_line_prefix: "%e ",
};

function tuned(memoryBytes: number): Record<string, string> {
  const memoryMib = Math.floor(memoryBytes / MIB);
  const buffersMib = Math.min(SHARED_BUFFERS_MAX, Math.max(SHARED_BUFFERS_MIN, Math.floor(memoryMib / 8)));
  return {
    shared_buffers: `${buffersMib}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memoryMib / 2))}MB`,
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    max_connections: "60",
    max_logical_replication_workers: "0",
    // Few, long checkpoints: the journal's commits are what the disk should spend time on. Page images are not compressed:
    // a new record touches some ten pages of the key index, and pglz (the one method in the binaries) took 0.1 ms for each,
    // two thirds of what writing a record costs among a million persons. The log grows by half.
    wal_compression: "off",
    max_wal_size: "4GB",
    min_wal_size: "512MB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    jit: "off",
    // Every query is short, and the cores are shared with us. It also keeps large parts out of a container's /dev/shm.
    max_parallel_workers_per_gather: "0",
    timezone: "UTC",
    log_timezone: "UTC",
  };
}

function where({ port, socketDir }: ServerAddress): Record<string, string> {
  return {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_permissions: "0700",
    // A list to PostgreSQL: quoted, a comma or space in the path is part of it.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
  };
}

/** Bytes of memory this process may count on: the machine's, or its container's limit. */
function usableMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
