// Makes the library's pages live: they search as one types and filter without loading anew. All of it works without.
const form = document.getElementById("find");
const WAIT = 180;
let timer, asked;

// What is chosen is shown at once, so nothing needs to be pressed.
for (const button of document.querySelectorAll(".apply button")) button.hidden = true;

// On a phone the groups of filters are folded, so that all of them are in sight at once.
if (!window.matchMedia("(min-width: 62rem)").matches) {
  for (const group of document.querySelectorAll(".facet[open]:not(:has(:checked))")) group.open = false;
}

function address() {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !(name === "view" && value === "cards"));
  const query = new URLSearchParams(fields).toString();
  return form.getAttribute("action") + (query ? `?${query}` : "");
}

async function refresh() {
  const wanted = address();
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(wanted, { signal: asked.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) { location.assign(wanted); return; }
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    history.replaceState(null, "", wanted);
  } catch (error) {
    const found = document.getElementById("found");
    if (error.name !== "AbortError") found.textContent = found.dataset.silent;
  }
}

function show(page) {
  const kept = document.activeElement?.closest("#results") ? key(document.activeElement) : null;
  for (const id of ["results", "found"]) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  for (const label of document.querySelectorAll("[data-count]")) {
    const fresh = page.querySelector(`[data-count="${CSS.escape(label.dataset.count)}"]`);
    if (!fresh) continue;
    label.querySelector(".count").textContent = fresh.querySelector(".count").textContent;
    label.classList.toggle("nothing", fresh.classList.contains("nothing"));
  }
  for (const used of document.querySelectorAll("[data-used]")) {
    used.textContent = page.querySelector(`[data-used="${CSS.escape(used.dataset.used)}"]`)?.textContent ?? "";
  }
  const order = document.querySelector("select[name=sort]"), fresh = page.querySelector("select[name=sort]");
  if (order && order.options.length !== fresh.options.length) {
    const kept = fresh.value; // options on the move lose which of them was selected
    order.replaceChildren(...fresh.childNodes);
    order.value = kept;
  }
  const other = document.querySelector("a.other");
  other.setAttribute("href", page.querySelector("a.other").getAttribute("href"));
  if (kept) [...document.querySelectorAll("#results :is(a, input)")].find((one) => key(one) === kept)?.focus();
  tell();
}

function key(element) {
  return element.getAttribute("href") ?? `${element.name}=${element.value}`;
}

function chosen() {
  return new Set([...document.querySelectorAll("input[name=ids]:checked")].map((one) => one.value));
}

function tell() {
  const line = document.getElementById("chosen");
  if (!line) return;
  const count = chosen().size;
  const text = !count ? line.dataset.none : count > Number(line.dataset.most) ? line.dataset.many : line.dataset.some;
  if (line.textContent !== text) line.textContent = text.replace("{count}", count);
}

// The links of a list were made before the latest ticks.
function carry(link) {
  const wanted = new URL(link.href);
  wanted.searchParams.delete("ids");
  for (const id of chosen()) wanted.searchParams.append("ids", id);
  link.href = wanted;
}

function choose() {
  tell();
  history.replaceState(null, "", address());
}

if (form) {
  form.addEventListener("input", (event) => {
    if (event.target.name === "q") { clearTimeout(timer); timer = setTimeout(refresh, WAIT); }
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "ids") choose();
    else if (event.target.name !== "q") refresh();
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("#results a");
    if (link?.pathname === form.getAttribute("action")) carry(link);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    clearTimeout(timer);
    refresh();
  });
  tell();
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
