import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";

/** An element to write; one with undefined content is left out. */
export type XmlNode = readonly [name: string, content: XmlContent];
export type XmlContent = string | number | boolean | undefined | readonly XmlNode[];

/** A document of S3's kind; `attributes` as they stand in the root's tag. */
export function xmlDocument(root: string, content: readonly XmlNode[], attributes = s3Namespace): string {
  return `${xmlDeclaration}<${root}${attributes}>${content.map(writeNode).join("")}</${root}>`;
}

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const s3Namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

function writeNode([name, content]: XmlNode): string {
  if (content === undefined) return "";
  const inner = Array.isArray(content) ? content.map(writeNode).join("") : escapeXml(String(content));
  return `<${name}>${inner}</${name}>`;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// Keys may hold control characters; S3 writes them as references.
const escapeXml = (text: string): string =>
  text.replace(
    /[&<>"\p{Cc}]/gu,
    (character) => ownValue(escapes, character) ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );

/** An element read from a request's body. */
export interface XmlElement {
  readonly name: string;
  /** Its own text, references resolved. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const deepest = 8;

/** Reads the small XML that S3's requests hold: no DTD, no CDATA. Anything odd is `MalformedXML` (400). */
export function parseXml(body: string, root: string): XmlElement {
  const open: { name: string; text: string; children: XmlElement[] }[] = [
    { name: "", text: "", children: [] },
  ];
  const token =
    /<\?xml[^>]*\?>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
  const text = body.replace(/^\uFEFF/, "");
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) throw malformedXml();
    const [, closing, name, , selfClosing, characters] = match;
    const current = open.at(-1);
    if (current === undefined) throw malformedXml();
    if (characters !== undefined) {
      if (open.length === 1 && characters.trim() !== "") throw malformedXml();
      current.text += unescapeXml(characters);
    } else if (name === undefined) {
      if (match.index !== 0) throw malformedXml();
    } else if (closing === "/") {
      if (open.length === 1 || current.name !== name) throw malformedXml();
      open.pop();
    } else {
      const element = { name, text: "", children: [] };
      current.children.push(element);
      if (selfClosing !== "/") open.push(element);
      if (open.length > deepest) throw malformedXml();
    }
  }
  const [document, ...more] = open[0]?.children ?? [];
  if (open.length !== 1 || document === undefined || more.length > 0 || document.name !== root) {
    throw malformedXml();
  }
  return document;
}

export const malformedXml = (): AwsFailure =>
  new AwsFailure(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replace(/&(#x?)?([^;&]*);?/g, (whole, numeric: string | undefined, name: string) => {
    const code = numeric === undefined ? undefined : Number.parseInt(name, numeric === "#x" ? 16 : 10);
    const valid = code === undefined || (code >= 0 && code <= 0x10ffff);
    const character =
      code === undefined ? ownValue(references, name) : valid ? String.fromCodePoint(code) : undefined;
    if (character === undefined || !whole.endsWith(";")) throw malformedXml();
    return character;
  });

/** The text of an element's only child of that name, if it has one. */
export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;
