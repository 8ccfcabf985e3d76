import { readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downloadHelp, mainHelp } from "../../client/commands/help-texts.ts";
import { functionNames } from "../../infra/functions/functions.ts";
import { programs } from "../../infra/functions/programs.ts";
import { node24 } from "../../infra/toolchain/choose-node.mjs";
import { freePort } from "../runtime/local-runtime.ts";
import { commandsOf, type DocumentedCommand } from "./markdown-commands.ts";
import { type PreparedClone, prepareClone } from "./prepared-clone.ts";
import { openTerminal, type Running, type Terminal } from "./terminal.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = ["README.md", "docs/imagectl.md"];
const commands = pages.flatMap((page) => commandsOf(page, readFileSync(join(root, page), "utf8")));
/** As one reads: the examples from above to below, and later, when something is odd, what the text names. */
const inReadingOrder = [
  ...commands.filter(({ isInline }) => !isInline),
  ...commands.filter(
    ({ isInline, text }, index) => isInline && commands.findIndex((each) => each.text === text) === index,
  ),
];
/** Other programs take part in these: qemu-img, for one, can neither write to a pipe nor read from one. */
const pipelines = [mainHelp, downloadHelp].flatMap((help) => help.match(/(?<=^ {2}).* \| .*$/gm) ?? []);
const isRun = ({ mark }: DocumentedCommand) => mark === undefined;

/** The third column of the table of logs. */
const logsNamedBy = (readme: string): string[] => {
  const [, table = ""] = /\n(\| you look for [\s\S]*?)\n\n/.exec(readme) ?? [];
  const cells = table.split("\n").map((row) => row.split("|")[3] ?? "");
  return [...cells.join(" ").matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name);
};

const starts = /(?:^|\s)npm start$/;
const lastsUntilCtrlC = /\bevents --follow$/;

/** The system's own programs: `npm test` puts the project's before them. */
const systemPath = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"));

/** One reader at the clone: the service in one terminal, all else in another. */
class Reader {
  readonly #service: Terminal;
  readonly #terminal: Terminal;
  readonly #port: string;
  #running: Running | undefined;
  #said = "";

  constructor(environment: Readonly<Record<string, string>>, folder: string) {
    this.#service = openTerminal(folder, environment);
    this.#terminal = openTerminal(folder, environment);
    this.#port = environment.GLANCE_PORT ?? "";
  }

  async type({ text, situation, place }: DocumentedCommand): Promise<void> {
    if (starts.test(text)) return this.#start(text, place);
    if (situation === "after a break") await this.#breakUpload();
    if (lastsUntilCtrlC.test(text)) return this.#watch(text, place);
    const { status, output } = await this.#terminal.run(text);
    this.#said = output;
    expect(status, `${place}\n${text}\n${output}`).toBe(0);
  }

  /** That what the page shows as output is what was said, but for what it leaves open with an ellipsis. */
  compare({ text, place }: DocumentedCommand): void {
    const shown = text.replaceAll("9292", this.#port).split(/\s+/).join(" ").split("…");
    const pattern = new RegExp(shown.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
    expect(this.#said.split(/\s+/).join(" "), place).toMatch(pattern);
  }

  async #start(text: string, place: string): Promise<void> {
    await this.leave();
    this.#running = this.#service.begin(text);
    await this.#running
      .says(/\bready\b/)
      .catch((error: Error) => expect.unreachable(`${place}\n${error.message}`));
    this.#said = this.#running.output();
  }

  async #watch(text: string, place: string): Promise<void> {
    const watching = this.#terminal.begin(text);
    await watching.says(/^\{.*\}\r?$/m);
    const { status, output } = await watching.interrupt();
    // 130 is what a shell shows of a command that Ctrl-C has ended.
    expect([0, 130], `${place}\n${text}\n${output.slice(-1000)}`).toContain(status);
  }

  /** An upload of the disk that Ctrl-C ends midway. */
  async #breakUpload(): Promise<void> {
    await this.#terminal.run("imagectl transfer abort disk.qcow2 || true");
    const uploading = this.#terminal.begin("imagectl upload disk.qcow2 --new --part-size 5M --limit-rate 2M");
    await uploading.says(/\d%/);
    const { status, output } = await uploading.interrupt();
    expect(status, output).toBe(3);
  }

  async leave(): Promise<void> {
    await this.#running?.interrupt();
    this.#running = undefined;
  }
}

it("every command is run, or marked with the reason why not", () => {
  const counts = new Map<string, number>();
  for (const { mark = "run" } of inReadingOrder) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  console.log(`documented commands: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
  expect(inReadingOrder.filter(isRun).length).toBeGreaterThan(20);
  expect(pipelines.length).toBeGreaterThan(1);
});

describe.each([
  ["the system's Node", false],
  ["Node 24", true],
])("every command of README.md and docs/imagectl.md runs under %s", (_, isOwnNode) => {
  let clone: PreparedClone;
  let reader: Reader;
  beforeAll(async () => {
    clone = prepareClone();
    const own = isOwnNode ? [dirname(node24(clone.folder) ?? "")] : [];
    const prefix = join(clone.home, "global");
    reader = new Reader(
      {
        PATH: [...own, join(prefix, "bin"), ...systemPath].join(delimiter),
        HOME: clone.home,
        LANG: "C.UTF-8",
        npm_config_prefix: prefix,
        npm_config_update_notifier: "false",
        // Others may use 9292 on this machine.
        GLANCE_PORT: String(await freePort()),
      },
      clone.folder,
    );
  });
  afterAll(async () => {
    await reader?.leave();
    clone?.remove();
  });

  it.each(inReadingOrder.map((command) => [command.place, command.text, command] as const))(
    "%s: %s",
    async (_place, _text, command) => {
      if (command.mark === "output") reader.compare(command);
      else if (isRun(command)) await reader.type(command);
    },
  );

  it.each(pipelines.map((text) => ({ place: "imagectl --help", text, isInline: false })))(
    "imagectl --help: $text",
    (command) => reader.type(command),
  );

  it("each log that README.md names is a file of this run, or that of a function or a program", () => {
    const written = readdirSync(join(clone.folder, ".local/log")).map((name) => name.replace(/\.log$/, ""));
    const functions = [...functionNames, ...Object.keys(programs)].map((name) => name.replace("/", "-"));
    const named = logsNamedBy(readFileSync(join(root, "README.md"), "utf8"));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => ![...written, ...functions].includes(name))).toEqual([]);
  });
});
