// Says how long something has lasted. The server's clock counts, because in the sandbox it may have been set.

let offset = 0;

/** Take the server's time (Unix seconds) as it came with a view. */
export function setServerTime(now) {
  offset = now - Date.now() / 1000;
}

/** The server's time now, in Unix seconds. */
export function serverTime() {
  return Date.now() / 1000 + offset;
}

/** "0:42", "12:05" or "1:03:20" since that moment. */
export function elapsed(since) {
  const seconds = Math.max(0, Math.floor(serverTime() - since));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** "about 4 min to wait", for an expected wait in seconds. */
export function aboutMinutes(seconds) {
  if (seconds <= 0) return "no wait";
  return seconds < 60 ? "under a minute to wait" : `about ${Math.round(seconds / 60)} min to wait`;
}

/** Keep every node with data-since up to date, once a second. */
export function tick() {
  for (const node of document.querySelectorAll("[data-since]")) {
    const words = elapsed(Number(node.dataset.since));
    if (node.textContent !== words) node.textContent = words;
  }
}
