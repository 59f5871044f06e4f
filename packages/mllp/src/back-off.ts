/** How long to wait before trying again: doubled with every failure in a row. */
export type BackOff = { readonly reconnectMsMin: number; readonly reconnectMsMax: number };

/**
 * Milliseconds to wait after this many failures in a row (from 1). A random part of up to half is taken off, so that
 * those who lost the same peer at the same moment do not all come back at the same moment.
 */
export function backOffMs(
  failures: number,
  { reconnectMsMin, reconnectMsMax }: BackOff,
  random = Math.random(),
): number {
  const whole = Math.min(reconnectMsMax, reconnectMsMin * 2 ** Math.min(failures - 1, 31));
  return Math.round(whole * (1 - random / 2));
}
