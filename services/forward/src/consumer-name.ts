export const CONSUMER_PREFIX = "forward-";

/** The consumer of the log that a destination is. */
export const consumerOf = (destination: string) => `${CONSUMER_PREFIX}${destination}`;
