// Elements, made in one line.

/** Return a new element with properties, or attributes where a name has a dash, and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "dataset") Object.assign(made.dataset, value);
    else if (key in made && !key.includes("-")) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

let count = 0;

/** Return a visible label with the input, select or textarea it is for. */
export function labelled(words, input) {
  input.id ||= `editor_input_${++count}`;
  return [element("label", { htmlFor: input.id }, words), input];
}

/** Return a button that leaves the text's selection as it is. */
export function button(words, title, act) {
  const made = element("button", { type: "button", title, className: "editor-button" }, words);
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", act);
  return made;
}
