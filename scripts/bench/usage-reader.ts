import { isMainThread } from "node:worker_threads";

/** What a program took: the most memory its process ever held, and processor time, all threads together. */
export type Usage = { readonly peakBytes: number; readonly cpuSeconds: number };

// Loaded before the program (`node --import`); what it says is the last line on stderr.
if (isMainThread) {
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage: Usage = { peakBytes: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
    process.stderr.write(`\n${JSON.stringify(usage)}\n`);
  });
}
