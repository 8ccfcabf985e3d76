export interface FoundNode {
  readonly path: string;
  readonly version: string;
}

export function nodePackage(platform: string, arch: string): string;
export function chooseNode(among: {
  readonly bundled: FoundNode | undefined;
  readonly own: FoundNode | undefined;
  readonly isApple: boolean;
}): string | undefined;
export function node24(root: string): string | undefined;
