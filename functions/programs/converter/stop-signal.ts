/** Aborted when the program is to end: by a signal, or because whoever has started it is gone. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, stop);
  // A channel there is only to whoever has started it on this machine.
  process.once("disconnect", stop);
  return stopping.signal;
}
