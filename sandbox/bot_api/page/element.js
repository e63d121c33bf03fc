// Builds the page's nodes. Strings become text nodes and nothing here takes markup, so whatever a bot sends stays text.

const SVG = "http://www.w3.org/2000/svg";
const SAFE_LINK = /^(https?:|tg:|tel:|mailto:)/i;

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) {
      node.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element; `on` holds listeners, true and false set and leave out an attribute, empty children are skipped. */
export function element(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function drawing(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

/** A push button; `label` is read aloud where the face is only a picture. */
export function button(attributes, ...children) {
  return element("button", { type: "button", ...attributes }, ...children);
}

/** The address if following it cannot run code, else null. */
export function safeLink(url) {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  return SAFE_LINK.test(address) ? address : null;
}

/** The node with this id; the page's skeleton is in index.html. */
export function part(id) {
  return document.getElementById(id);
}

/** Up to two initials and a colour that stays with the name, for a round portrait. */
export function portrait(node, name) {
  const letters = (name || "?").split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase());
  node.textContent = letters.join("");
  node.dataset.tint = tint(name);
  return node;
}

/** The number of the colour that stays with a name. */
export function tint(name) {
  return [...(name || "?")].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % 6;
}
