// Which chat the page's address names, and who looks at it: ?chat= is a person or, below zero, a group; ?as= is the member who speaks there.

const FIRST = 1001;

/** {id, me} of the address; the first person's own chat where it names none. `me` is 0 for a group whose member is still to be chosen. */
export function chosenPlace() {
  const query = new URLSearchParams(location.search);
  const number = (name) => (Number.isSafeInteger(Number(query.get(name))) ? Number(query.get(name)) : 0);
  const id = number("chat") || FIRST;
  return { id, me: id > 0 ? id : Math.max(0, number("as")) };
}

/** The address of that chat. */
export function addressOf(id, me) {
  return id >= 0 ? `/${id ? `?chat=${id}` : ""}` : `/?chat=${id}${me ? `&as=${me}` : ""}`;
}
