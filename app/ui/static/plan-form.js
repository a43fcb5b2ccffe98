// Between a plan as data and the form on the page. What a plan may hold and what it lacks is decided by the server.

const form = document.getElementById("plan");
export const locale = { da: "da-DK", en: "en-GB" }[document.documentElement.lang];

/** Return a date as it is written in the language of the page; `day` is as in 2026-03-09. */
export const dayOf = (day) => new Date(`${day}T12:00`).toLocaleDateString(locale);

/** Return the controls of the form that hold a field of the plan. */
export const controls = () => [...form.querySelectorAll("[data-path]")];

/** Return the id that belongs to the path of a field: `review.next_step` is `review-next-step`. */
export const idOf = (path) => path.replaceAll(".", "-").replaceAll("_", "-");

/** Return the control of a field; for a line of a list, that of the list; null where the form has none. */
export function controlOf(path) {
  const own = form.querySelector(`[data-path="${CSS.escape(path)}"]`);
  return own ?? (path.includes(".") ? controlOf(path.slice(0, path.lastIndexOf("."))) : null);
}

/** Return the plan with what stands in the form. */
export function collect(plan) {
  const filled = structuredClone(plan);
  filled.tried = [...form.querySelectorAll(".tried")].map(() => ({ what: "", period: "", outcome: "" }));
  for (const control of controls()) {
    if (control.type === "radio" && !control.checked) continue;
    const keys = control.dataset.path.split(".");
    const holder = keys.slice(0, -1).reduce((part, key) => part[key], filled);
    holder[keys.at(-1)] = valueOf(control);
  }
  return filled;
}

function valueOf(control) {
  if ("list" in control.dataset) return control.value.split("\n").map((line) => line.trim()).filter(Boolean);
  return control.type === "date" || control.type === "radio" ? control.value || null : control.value;
}

/** Show a plan in the form. */
export function show(plan, words) {
  showTried(plan.tried, words);
  for (const control of controls()) {
    const value = control.dataset.path.split(".").reduce((part, key) => part?.[key], plan);
    if (control.type === "radio") control.checked = control.value === (value ?? "");
    else setValue(control, Array.isArray(value) ? listText(value) : (value ?? ""));
  }
  document.getElementById("there").hidden = !plan.involved_there.length;
  document.getElementById("label").textContent = plan.label;
  document.getElementById("with-label").hidden = !plan.label;
  showSources(plan.sources);
}

/** Return the lines of a list as a text in which they are easy to tell apart. */
export const listText = (lines) => lines.join("\n\n");

/** Put a text in a control, unless it already stands there, and show it as it will be printed. */
export function setValue(control, text) {
  if (control.value !== text) control.value = text;
  mirror(control);
}

/** Show what a control holds as text: it gives the field its height, and it is what is printed. */
export function mirror(control) {
  const written = control.parentElement.querySelector(".written");
  if (!written) return;
  const text = control.value.trim();
  if ("list" in control.dataset) written.replaceChildren(...control.value.split("\n").map(lineOf));
  else written.textContent = control.type === "date" && text ? dayOf(text) : control.value;
  written.classList.toggle("empty", !text);
  const asked = document.getElementById(`${control.id}-asked`);
  if (asked) asked.textContent = text ? "" : asked.dataset.emptyText;
}

function lineOf(text) {
  const line = document.createElement("span");
  line.className = "line";
  line.dir = "auto";
  line.textContent = text;
  return line;
}

function showTried(rows, words) {
  const place = document.getElementById("tried");
  while (place.children.length > rows.length) place.lastElementChild.remove();
  while (place.children.length < rows.length) {
    place.append(document.getElementById("tried-row").content.cloneNode(true));
  }
  [...place.children].forEach((row, at) => numberRow(row, at, words));
  const add = document.getElementById("add-tried");
  add.hidden = rows.length >= add.dataset.most;
}

function numberRow(row, at, words) {
  row.querySelector("legend").textContent = words.row.replace("{number}", at + 1);
  row.querySelector("[data-remove]").dataset.remove = at;
  for (const control of row.querySelectorAll("[data-part]")) {
    control.dataset.path = `tried.${at}.${control.dataset.part}`;
    control.id = idOf(control.dataset.path);
    control.setAttribute("aria-describedby", `${control.id}-note`);
    const field = control.closest(".field");
    field.querySelector("label").htmlFor = control.id;
    field.querySelector(".note").id = `${control.id}-note`;
  }
}

function showSources(sources) {
  const rows = sources.map((source, at) => {
    const row = document.getElementById("source-row").content.cloneNode(true);
    row.querySelector("q").textContent = source.quote;
    const link = row.querySelector("a");
    link.textContent = source.where;
    if (source.document && source.page !== null) link.href = address(source);
    const behind = row.querySelector(".behind");
    behind.textContent = behind.dataset.text.replace("{text}", source.text);
    row.querySelector("[data-remove]").dataset.remove = at;
    return row;
  });
  document.getElementById("sources").replaceChildren(...rows);
  document.getElementById("source-count").textContent = sources.length;
  document.getElementById("with-sources").hidden = !sources.length;
  document.getElementById("no-sources").hidden = Boolean(sources.length);
}

function address(source) {
  const query = new URLSearchParams({ citat: source.quote });
  return `/kilder/${encodeURIComponent(source.document)}/${source.page}?${query}#citat`;
}

/**
 * Show the notes of all fields: { control, text, content, fault }, where `fault` says that a field cannot be used.
 *
 * A note that already stands there is left alone, so that it is read aloud once.
 */
export function showNotes(notes) {
  for (const control of controls()) {
    const place = document.getElementById(`${control.id}-note`);
    if (!place) continue;
    const own = notes.filter((note) => note.control === control);
    const said = own.map((note) => note.text).join("\n");
    if (own.some((note) => note.fault)) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    if (place.dataset.said === said) continue;
    place.dataset.said = said;
    place.replaceChildren(...own.map(noteLine));
  }
}

function noteLine({ text, content, fault }) {
  const line = document.createElement("p");
  line.className = fault ? "fault" : "personal";
  line.append(content ?? text);
  return line;
}
