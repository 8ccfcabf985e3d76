export function thirdPartyNotices(inputs: readonly string[]): string;
