/** Why a command of a page is not run as it stands there. Written as `<!-- grammar -->`, which no reader sees. */
export const marks = ["output", "grammar", "needs AWS", "needs root", "runs the tests"] as const;
/** The command is run where an upload of the file that it names has broken off. */
const situations = ["after a break"] as const;
type Mark = (typeof marks)[number];
type Situation = (typeof situations)[number];

export interface DocumentedCommand {
  /** Page and line, for messages. */
  readonly place: string;
  /** Word for word, without the indentation of a code block. */
  readonly text: string;
  readonly isInline: boolean;
  readonly mark?: Mark;
  readonly situation?: Situation;
}

interface Block {
  readonly line: number;
  readonly isCode: boolean;
  readonly comment: string | undefined;
  readonly lines: string[];
}

const commentAlone = /^<!-- (.+) -->$/;
const fence = /^```/;
const indented = /^ {4}/;

/** Paragraphs, tables and code blocks, with the comment that stands right before them. */
function* blocksOf(text: string): Generator<Block> {
  let block: Block | undefined;
  let comment: string | undefined;
  let isFenced = false;
  for (const [index, line] of text.split("\n").entries()) {
    const begin = (isCode: boolean): Block => {
      const begun = { line: index + 1, isCode, comment, lines: [] };
      comment = undefined;
      return begun;
    };
    if (fence.test(line)) {
      if (block) yield block;
      isFenced = !isFenced;
      block = isFenced ? begin(true) : undefined;
    } else if (isFenced || (block?.isCode && indented.test(line))) block?.lines.push(line);
    else if (line.trim() === "") {
      // A blank line inside of indented code stays in it; trailing ones fall away.
      if (block?.isCode) block.lines.push("");
      else {
        if (block) yield block;
        block = undefined;
      }
    } else if (commentAlone.test(line)) {
      if (block) yield block;
      block = undefined;
      comment = commentAlone.exec(line)?.[1];
    } else if (block && !block.isCode) block.lines.push(line);
    else {
      if (block) yield block;
      block = begin(indented.test(line));
      block.lines.push(line);
    }
  }
  if (block) yield block;
}

/** What begins with a program's name and has an argument; a name alone is only a name. */
const command =
  /^(?:\w+=\S+ )*(?:(?:npm|npx|node|imagectl|openstack|glance|aws|apt|qemu-img|curl|\.) \S|\.ci\/run$)/;
const nameAlone = /^(?:npm run|npm)$/;
const placeholder = /…|\[|\||\b[A-Z]{2,}\b/;

function meaningOf(
  comment: string | undefined,
  place: string,
): Pick<DocumentedCommand, "mark" | "situation"> {
  if (comment === undefined) return {};
  const mark = marks.find((known) => known === comment);
  if (mark) return { mark };
  const situation = situations.find((known) => known === comment);
  if (situation) return { situation };
  throw new Error(
    `${place}: there is no mark "${comment}": it is one of ${[...marks, ...situations].join(", ")}`,
  );
}

/** A span in the running text says itself that it is grammar, by a word in capitals or an ellipsis. */
function ownMark(text: string): Mark | undefined {
  if (text.startsWith("aws ")) return "needs AWS";
  return placeholder.test(text.replace(/^(?:\w+=\S+ )+/, "")) ? "grammar" : undefined;
}

/**
 * All commands of a Markdown page, in its order: every code block, and every code span that is a command with its
 * arguments. A comment before a block counts for the whole block, one right after a span for that span.
 */
export function commandsOf(page: string, text: string): DocumentedCommand[] {
  return [...blocksOf(text)].flatMap(({ line, isCode, comment, lines }): DocumentedCommand[] => {
    const place = `${page}:${line}`;
    if (isCode) {
      const code = lines
        .map((each) => each.replace(indented, ""))
        .join("\n")
        .trimEnd();
      return [{ place, text: code, isInline: false, ...meaningOf(comment, place) }];
    }
    const spans = lines.join("\n").matchAll(/`([^`]+)`(?:<!-- (.+?) -->)?/g);
    return [...spans].flatMap(([, span = "", own]) => {
      const words = span.replace(/\s+/g, " ");
      if (!command.test(words) || nameAlone.test(words)) return [];
      const mark = ownMark(words);
      const meaning = meaningOf(own ?? comment, place);
      return [{ place, text: words, isInline: true, ...(mark && { mark }), ...meaning }];
    });
  });
}
