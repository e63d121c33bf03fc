// The four forms: which fields each has, which others it leads to, and how they are drawn.

/** Name -> fields in order and the forms it leads to. A field is [name, type, autocomplete, required]. */
export const FORMS = {
  sign_in: {
    fields: [["username", "text", "username", true], ["password", "password", "current-password", true]],
    others: ["register", "forgot"],
  },
  register: {
    fields: [
      ["username", "text", "username", true], ["password", "password", "new-password", true],
      ["first_name", "text", "given-name", false], ["last_name", "text", "family-name", false],
      ["email", "email", "email", false], ["phone", "tel", "tel", false],
    ],
    others: ["sign_in"],
  },
  forgot: { fields: [["email", "email", "email", true]], others: ["renew", "sign_in"] },
  renew: {
    fields: [["token", "text", "one-time-code", true], ["password", "password", "new-password", true]],
    others: ["forgot", "sign_in"],
  },
};

const SHORTEST = 8;

/** Draw a form's fields into `place`; `values` fills some in. */
export function drawFields(place, name, words, values = {}) {
  const rows = FORMS[name].fields.map((field) => row(field, words, values[field[0]] ?? ""));
  place.replaceChildren(...rows.flat());
}

function row([name, type, autocomplete, required], words, value) {
  const fresh = autocomplete === "new-password";
  const label = make("label", { htmlFor: name }, fresh ? words.new_password : words[name]);
  if (!required) label.append(" ", make("span", { className: "optional" }, `(${words.optional})`));
  const input = make("input", { id: name, name, type, autocomplete, required, value, maxLength: 200 });
  if (fresh) input.minLength = SHORTEST;
  if (type !== "password") input.autocapitalize = name.endsWith("_name") ? "words" : "none";
  input.setAttribute("aria-describedby", "error");
  return type === "password" ? [label, input, reveal(input, words)] : [label, input];
}

function reveal(input, words) {
  const box = make("input", { type: "checkbox", id: `show_${input.id}` });
  box.addEventListener("change", () => {
    input.type = box.checked ? "text" : "password";
  });
  const line = make("label", { className: "reveal", htmlFor: box.id });
  line.append(box, " ", words.show);
  return line;
}

/** An element with properties and a text. */
export function make(tag, properties = {}, text = "") {
  const element = Object.assign(document.createElement(tag), properties);
  if (text) element.textContent = text;
  return element;
}
