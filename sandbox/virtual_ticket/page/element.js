// Builds and keeps the pages' nodes. Strings become text nodes, so whatever a customer calls himself stays text.

/** An HTML element; `on` holds listeners, true and false set and leave out an attribute, empty children are skipped. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The node with this id. */
export function part(id) {
  return document.getElementById(id);
}

/** Put words into a node only where they differ, so that nothing is read aloud twice. */
export function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** The colour of a service, for the styles below a node. */
export function tinted(node, color) {
  if (/^#[0-9a-f]{3,8}$/i.test(color ?? "")) node.style.setProperty("--service", color);
  else node.style.removeProperty("--service");
  return node;
}

/**
 * Make a list show these items. Nodes are kept by key, so focus and animations survive; `make(item)` gives a new node,
 * `update(node, item)` fills it.
 */
export function keepList(list, items, key, make, update) {
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let node = known.get(name);
    known.delete(name);
    if (!node) {
      node = make(item);
      node.dataset.key = name;
    }
    update(node, item);
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
  for (const node of known.values()) node.remove();
}
