import { describe, expect, it } from "vitest";
import {
  type FetchTurns,
  giveTurnBack,
  noTurns,
  rateOf,
  renewTurn,
  TURN_MS,
  takeTurn,
  WAITING_MS,
} from "../../../../shared/images/domain/fetch-turns.ts";

const bounds = { most: 10, ofProject: 4, ofHost: 20 };

/** Turns that are asked for one after the other; says who got one. */
function taking(given: Partial<typeof bounds> = {}) {
  let turns: FetchTurns = noTurns;
  let next = 0;
  let now = 1000;
  const ask = (project: string, host = `${project}.example`, id = `run-${next++}`) => {
    const decision = takeTurn(turns, { id, project, host }, { ...bounds, ...given }, now);
    turns = decision.turns;
    return decision.why === undefined ? id : undefined;
  };
  return {
    ask,
    back: (id: string | undefined) => {
      turns = giveTurnBack(turns, id ?? "", now);
    },
    renew: (id: string, project: string) => {
      turns = renewTurn(turns, { id, project, host: `${project}.example` }, now);
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    turns: () => turns,
    of: (project: string) => turns.taken.filter((turn) => turn.project === project).length,
  };
}

describe("turns to fetch", () => {
  it("a project has so many, however many it asks for, and others get theirs at once", () => {
    const it = taking();
    for (let count = 0; count < 20; count++) it.ask("a");
    expect(it.of("a")).toBe(4);
    expect(it.ask("b")).toBeDefined();
  });

  it("a host has so many, of which a project leaves one to others", () => {
    const it = taking({ ofHost: 3 });
    const got = ["a", "a", "a", "b", "c"].map((project) => it.ask(project, "one.example") !== undefined);
    expect(got).toEqual([true, true, false, true, false]);
    expect(it.ask("a", "other.example")).toBeDefined();
  });

  it("a single turn at a host is for whoever asks", () => {
    const it = taking({ ofHost: 1 });
    expect(it.ask("a", "one.example")).toBeDefined();
    expect(it.ask("b", "one.example")).toBeUndefined();
  });

  it("what becomes free is for who has least and waits, whoever asks first", () => {
    const it = taking({ ofProject: 10 });
    const taken = Array.from({ length: 10 }, () => it.ask("a"));
    expect(it.ask("b")).toBeUndefined();
    it.back(taken[0]);
    expect(it.ask("a")).toBeUndefined();
    expect(it.ask("b")).toBeDefined();
    it.back(taken[1]);
    // Nobody waits any more.
    expect(it.ask("a")).toBeDefined();
  });

  it("of two that have as little, who waited first is first", () => {
    const it = taking({ ofProject: 10 });
    const taken = Array.from({ length: 10 }, () => it.ask("a"));
    it.ask("b");
    it.pass(1);
    it.ask("c");
    it.back(taken[0]);
    expect(it.ask("c")).toBeUndefined();
    expect(it.ask("b")).toBeDefined();
  });

  it("who waits for a host that is full keeps nobody from others", () => {
    const it = taking({ ofHost: 1 });
    it.ask("a", "one.example");
    expect(it.ask("b", "one.example")).toBeUndefined();
    for (let count = 0; count < 4; count++) expect(it.ask("c", `${count}.example`)).toBeDefined();
  });

  it("nothing is kept for who asks no more", () => {
    const it = taking({ ofProject: 10, most: 2 });
    const [first] = [it.ask("a"), it.ask("a")];
    it.ask("b");
    it.back(first);
    it.pass(WAITING_MS);
    expect(it.ask("a")).toBeDefined();
  });

  it("who waits at many hosts, and asks no more, keeps no more from others than its share", () => {
    const it = taking();
    const taken = ["a", "b", "c", "d", "e"].flatMap((project) => [it.ask(project), it.ask(project)]);
    for (const project of ["gone", "gone too"])
      for (let count = 0; count < 15; count++) it.ask(project, `${count}.example`);
    it.pass(1);
    for (const id of taken.slice(0, 8)) it.back(id);
    for (const project of ["f", "a", "b", "c"]) expect(it.ask(project)).toBeDefined();
    // Each of the two may have as much as f would have then.
    expect(it.ask("f")).toBeUndefined();
    // What is left is for those who have nothing.
    for (const project of ["g", "h"]) expect(it.ask(project)).toBeDefined();
    expect(it.ask("i")).toBeUndefined();
    expect(it.turns().taken).toHaveLength(8);
    expect(it.turns().waiting.filter(({ project }) => project === "gone")).toHaveLength(bounds.ofProject);
  });

  it("no more is kept for a host than it has room for", () => {
    const it = taking({ most: 4, ofHost: 2 });
    const taken = ["a", "b", "e", "f"].map((project) => it.ask(project));
    for (let count = 0; count < 9; count++) it.ask(`gone ${count}`, "one.example");
    it.pass(1);
    for (const id of taken.slice(0, 3)) it.back(id);
    expect(it.ask("c")).toBeDefined();
    expect(it.ask("d")).toBeUndefined();
  });

  it("a list that is full of others' has room for the first of a project", () => {
    const it = taking({ most: 1 });
    it.ask("a");
    for (let count = 0; count < 300; count++) it.ask(`p${Math.floor(count / 4)}`, `${count}.example`);
    expect(it.turns().waiting).toHaveLength(200);
    it.pass(WAITING_MS / 2);
    it.ask("late");
    expect(it.turns().waiting).toHaveLength(200);
    it.pass(WAITING_MS / 2);
    expect(it.ask("new")).toBeUndefined();
    expect(it.ask("late")).toBeDefined();
  });

  it("a killed run's turn ends by itself; one that is renewed does not", () => {
    const it = taking({ most: 2 });
    it.ask("a", undefined, "killed");
    it.ask("a", undefined, "lives");
    it.pass(TURN_MS - 1);
    it.renew("lives", "a");
    expect(it.ask("b")).toBeUndefined();
    it.pass(1);
    expect(it.ask("b")).toBeDefined();
    expect(it.turns().taken.map(({ id }) => id)).toContain("lives");
  });

  it("a turn that is taken again, because the answer was lost, is one turn", () => {
    const it = taking();
    it.ask("a", undefined, "same");
    it.ask("a", undefined, "same");
    expect(it.of("a")).toBe(1);
  });

  it("nobody starves, whatever asks: each of many projects has had a turn after as many turns as there are projects", () => {
    const it = taking({ most: 3, ofProject: 3 });
    const projects = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const had = new Map<string, number>();
    const running: { id: string; project: string }[] = [];
    // One project asks ten times as often as the others.
    const askers = [...Array.from({ length: 10 }, () => "greedy"), ...projects];
    let given = 0;
    for (let round = 0; round < 40 && had.size < 13; round++) {
      for (const project of askers) {
        const id = it.ask(project);
        if (id === undefined) continue;
        given++;
        had.set(project, (had.get(project) ?? 0) + 1);
        running.push({ id, project });
      }
      it.pass(1000);
      for (const { id, project } of running) it.renew(id, project);
      it.back(running.shift()?.id);
    }
    expect([...had.keys()].sort()).toEqual(["greedy", ...projects].sort());
    expect(given).toBeLessThanOrEqual(20);
  });
});

it("a run has its share of what all, and those at its host, may fetch a second", () => {
  const it = taking();
  it.ask("a", "one.example");
  it.ask("b", "one.example");
  it.ask("c", "two.example");
  const rates = { ofRun: 0, inAll: 0, ofHost: 0 };
  const rate = (given: Partial<typeof rates>, host = "one.example") =>
    rateOf(it.turns(), { host }, { ...rates, ...given });
  expect(rate({})).toBe(0);
  expect(rate({ ofRun: 7 })).toBe(7);
  expect(rate({ inAll: 900 })).toBe(300);
  expect(rate({ inAll: 900, ofHost: 200 })).toBe(100);
  expect(rate({ inAll: 900, ofHost: 200 }, "two.example")).toBe(200);
  expect(rate({ inAll: 1 })).toBe(1);
});
