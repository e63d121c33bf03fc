// Keeps the page's line to the server open. Every event is the whole view of one location, so after a cut nothing is missing.

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 5000;

/** Open the line to a location; `hear(view)` gets every view, `tell(connected)` every change of the line. Returns its end. */
export function openLine(locationId, hear, tell) {
  let source = null;
  let timer = 0;
  let pause = FIRST_PAUSE;
  let closed = false;

  function connect() {
    clearTimeout(timer);
    source = new EventSource(`/play/desk/events?location_id=${encodeURIComponent(locationId)}`);
    source.addEventListener("view", (event) => {
      if (closed) return;
      pause = FIRST_PAUSE;
      tell(true);
      hear(JSON.parse(event.data));
    });
    source.addEventListener("error", retry);
  }

  // The browser's own retry waits long and gives up after an HTTP error, so the line is always made anew here.
  function retry() {
    if (closed) return;
    source.close();
    tell(false);
    timer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 1.7, LONGEST_PAUSE);
  }

  function hurry() {
    if (!closed && source.readyState === EventSource.CLOSED) connect();
  }

  addEventListener("online", hurry);
  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    source.close();
    removeEventListener("online", hurry);
  };
}

/** Show the state of the line in the page's own words. */
export function showLine(node, connected) {
  node.classList.toggle("live", connected);
  const words = connected ? "live" : "reconnecting…";
  if (node.textContent !== words) node.textContent = words;
}
