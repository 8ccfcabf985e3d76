// Who fetches from other hosts at this moment, and who waits: one small record, so that each decision sees all of it.

/** A run that fetches for an import: it lives until its lease ends, which it renews. */
export interface FetchTurn {
  readonly id: string;
  readonly project: string;
  /** The host that the import names; those that it redirects to are not known before. */
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A project that had to wait though it has no more turns than others. */
export interface WaitingProject {
  readonly project: string;
  readonly host: string;
  readonly since: number;
  readonly until: number;
}

export interface FetchTurns {
  readonly taken: readonly FetchTurn[];
  readonly waiting: readonly WaitingProject[];
}

export interface TurnBounds {
  /** Turns of all projects together. */
  readonly most: number;
  readonly ofProject: number;
  readonly ofHost: number;
}

export const noTurns: FetchTurns = { taken: [], waiting: [] };

/** How long a turn lasts without being renewed: what a killed run keeps from others. */
export const TURN_MS = 90_000;
/** How long who waits is remembered without asking again. */
export const WAITING_MS = 120_000;
/** More are not remembered: they come after those that are. */
const MOST_WAITING = 200;

type Wanted = Omit<FetchTurn, "until">;

const alive = ({ taken, waiting }: FetchTurns, now: number): FetchTurns => ({
  taken: taken.filter(({ until }) => until > now),
  waiting: waiting.filter(({ until }) => until > now),
});

const of = (taken: readonly FetchTurn[], project: string): number =>
  taken.filter((turn) => turn.project === project).length;

const at = (taken: readonly FetchTurn[], host: string): number =>
  taken.filter((turn) => turn.host === host).length;

/** One of several turns at a host is left to other projects. */
const ofProjectAt = ({ ofHost }: TurnBounds): number => Math.max(1, ofHost - 1);

/** Why a project must wait for its own runs; undefined when it need not. */
function ownBound(
  taken: readonly FetchTurn[],
  { project, host }: Pick<Wanted, "project" | "host">,
  bounds: TurnBounds,
): string | undefined {
  const own = taken.filter((turn) => turn.project === project);
  if (own.length >= bounds.ofProject) return `${own.length} imports of its project are being fetched`;
  const here = at(own, host);
  return here >= ofProjectAt(bounds)
    ? `${here} imports of its project are being fetched from this host`
    : undefined;
}

interface Ahead {
  readonly inAll: number;
  /** At the host that is wanted. */
  readonly here: number;
}

/**
 * How many turns are kept for other projects: of those that wait, could use what is free, and have less than this one
 * (or the same, and waited before it). However many a project waits for, it is first only until it has as much, and at
 * a host only until that is full.
 */
function ahead(
  { taken, waiting }: FetchTurns,
  { project, host }: Wanted,
  since: number,
  bounds: TurnBounds,
): Ahead {
  const mine = of(taken, project);
  const kept: WaitingProject[] = [];
  let here = 0;
  for (const one of waiting.toSorted((first, second) => first.since - second.since)) {
    if (one.project === project || ownBound(taken, one, bounds) !== undefined) continue;
    const isFirstWith = (turns: number) => turns < mine || (turns === mine && one.since < since);
    const theirs = of(taken, one.project);
    const there = at(taken, one.host);
    if (there >= bounds.ofHost || !isFirstWith(theirs)) continue;
    if (one.host === host) here++;
    const keptThere = kept.filter((other) => other.host === one.host).length;
    const keptForIt = kept.filter((other) => other.project === one.project).length;
    if (there + keptThere < bounds.ofHost && isFirstWith(theirs + keptForIt)) kept.push(one);
  }
  return { inAll: kept.length, here };
}

/** The list with one more, where there is room: for the first of a project also in place of another one's last of many. */
function remember(
  waiting: readonly WaitingProject[],
  mine: WaitingProject,
  { ofProject }: TurnBounds,
): readonly WaitingProject[] {
  const counts = new Map<string, number>();
  for (const { project } of waiting) counts.set(project, (counts.get(project) ?? 0) + 1);
  const own = counts.get(mine.project) ?? 0;
  if (own >= ofProject) return waiting;
  if (waiting.length < MOST_WAITING) return [...waiting, mine];
  const last = waiting.findLastIndex(({ project }) => (counts.get(project) ?? 0) > own + 1);
  return last < 0 ? waiting : [...waiting.toSpliced(last, 1), mine];
}

export interface TurnDecision {
  readonly turns: FetchTurns;
  /** Why it must wait; absent when the turn is taken. */
  readonly why?: string;
  /** Whether it waits for its own project's runs alone. */
  readonly isOwnBound?: boolean;
}

/**
 * Takes a turn, or says why not: so many at a time in all, for each project and at each host, and what is free is for
 * the project that has least. Idempotent by the turn's id.
 */
export function takeTurn(before: FetchTurns, wanted: Wanted, bounds: TurnBounds, now: number): TurnDecision {
  const living = alive(before, now);
  const taken = living.taken.filter(({ id }) => id !== wanted.id);
  const isMine = (one: WaitingProject) => one.project === wanted.project && one.host === wanted.host;
  const others = living.waiting.filter((one) => !isMine(one));
  const own = ownBound(taken, wanted, bounds);
  if (own !== undefined) return { turns: { taken, waiting: others }, why: own, isOwnBound: true };
  const since = living.waiting.find(isMine)?.since ?? now;
  const first = ahead({ ...living, taken }, wanted, since, bounds);
  const isFull = taken.length + first.inAll >= bounds.most;
  if (isFull || at(taken, wanted.host) + first.here >= bounds.ofHost) {
    const { project, host } = wanted;
    const waiting = remember(others, { project, host, since, until: now + WAITING_MS }, bounds);
    const why = isFull
      ? `${taken.length} imports of all projects are being fetched`
      : `${at(taken, host)} imports are being fetched from its host`;
    return { turns: { taken, waiting }, why };
  }
  return { turns: { taken: [...taken, { ...wanted, until: now + TURN_MS }], waiting: others } };
}

/** The turn lasts longer; also one whose lease ended meanwhile, as its run goes on. */
export function renewTurn(before: FetchTurns, turn: Wanted, now: number): FetchTurns {
  const { taken, waiting } = alive(before, now);
  const others = taken.filter(({ id }) => id !== turn.id);
  return { taken: [...others, { ...turn, until: now + TURN_MS }], waiting };
}

export function giveTurnBack(before: FetchTurns, id: string, now: number): FetchTurns {
  const { taken, waiting } = alive(before, now);
  return { taken: taken.filter((turn) => turn.id !== id), waiting };
}

/** Bytes a second, 0: as many as come. */
export interface FetchRates {
  readonly ofRun: number;
  readonly inAll: number;
  readonly ofHost: number;
}

/** What a run may fetch a second beside the others; 0: as much as comes. */
export function rateOf({ taken }: FetchTurns, { host }: Pick<Wanted, "host">, rates: FetchRates): number {
  const bounded = [
    rates.ofRun,
    rates.inAll / Math.max(1, taken.length),
    rates.ofHost / Math.max(1, at(taken, host)),
  ].filter((rate) => rate > 0);
  return bounded.length === 0 ? 0 : Math.max(1, Math.floor(Math.min(...bounded)));
}
