/** A signal that is aborted `ms` after another one, with its reason: time to hear of an answer that must not be lost. */
export function signalAfter(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController();
  const start = () => void setTimeout(() => later.abort(signal.reason), ms).unref();
  if (signal.aborted) start();
  else signal.addEventListener("abort", start, { once: true });
  return later.signal;
}
