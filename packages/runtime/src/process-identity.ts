import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** `starttime` of proc_pid_stat(5), counted after the closing bracket of the command. */
const STAT_START_FIELD = 19;

/**
 * When a process was started, as an opaque text; undefined when there is no such process (a zombie is none).
 * Process ids are reused, after a reboot or in a container within seconds; the pair (pid, start) is not.
 */
export function processStart(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform !== "linux") return startByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command may hold spaces and brackets, so fields are counted from its last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[STAT_START_FIELD];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * Names the space in which process ids mean something: this boot of this machine, and this container. Two processes
 * with different places cannot ask whether the other is alive.
 */
export function processPlace(): string {
  const read = (get: () => string) => {
    try {
      return get().trim();
    } catch {
      return "";
    }
  };
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const namespace = read(() => readlinkSync("/proc/self/ns/pid"));
  return `${hostname()} ${boot} ${namespace}`.trim();
}
