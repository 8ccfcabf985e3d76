import http from "node:http";

/** With `Expect: 100-continue` Node tells of a request in another way. */
const isRequest = (event) => event === "request" || event === "checkContinue";

/** A text as a number, as threads share numbers only. */
export const numberOf = (text) =>
  [...text].reduce((sum, character) => (Math.imul(sum, 31) + character.charCodeAt(0)) | 0, 7);

/**
 * Servers of this thread hold back requests for one bucket, or cut them off, before anything reads them; which one, all
 * threads share: [bucket or 0, milliseconds, or less than 0 for down].
 */
export function makeServersTroubled(trouble) {
  const emit = http.Server.prototype.emit;
  http.Server.prototype.emit = function (event, ...values) {
    if (!isRequest(event)) return emit.call(this, event, ...values);
    const [request, response] = values;
    // Node's own is not of the clock that is set; SDKs would correct theirs by it.
    response.setHeader("Date", new Date().toUTCString());
    const [bucket, delayMs] = trouble;
    const isMet = bucket !== 0 && numberOf(request.url?.split(/[/?]/)[1] ?? "") === bucket;
    if (!isMet) return emit.call(this, event, ...values);
    if (delayMs < 0) request.socket.destroy();
    else setTimeout(() => emit.call(this, event, ...values), delayMs);
    return true;
  };
}
