/** The time of day. Everything that compares times takes it from here, so that tests can set it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
