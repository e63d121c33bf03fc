// What this device remembers for the page. A browser may keep nothing, and what it kept may have been spoilt: neither stops the page.

/** The object kept under this name; an empty one where there is none. */
export function remembered(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    return kept !== null && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}

/** Keep this object under that name, where the browser lets us. */
export function remember(name, kept) {
  try {
    localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // The page goes on without a memory, as in a private window.
  }
}
