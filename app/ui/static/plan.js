// The plan page: drafts, keeps, checks and fetches one plan. All rules of a plan are the server's (/api/v1/plans).

import { collect, controlOf, dayOf, idOf, listText, locale, mirror, setValue, show, showNotes } from "./plan-form.js";
import * as store from "./plan-store.js";

const SAVE_AFTER = 250; // milliseconds without a keystroke
const CHECK_AFTER = 600;
const CHECK_AGAIN_AFTER = 15_000; // where the server did not answer, or had too much to do

const main = document.querySelector("main");
const form = document.getElementById("plan");
const words = JSON.parse(main.dataset.words);
const lang = document.documentElement.lang;
const element = (id) => document.getElementById(id);
const say = (place, text) => place.textContent === text || place.replaceChildren(text);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

let current; // { id, from, revision, saved, plan }
let unsaved = false;
let asking = false; // another window has changed the plan, and the person has not yet chosen
let saveTimer, checkTimer, checking;

async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (!response.ok) throw Object.assign(new Error(path), { problem: await response.json().catch(() => ({})) });
  return response;
}

async function start() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("slettet")) say(element("done"), words.deleted);
  const from = main.dataset.from ?? null;
  const wanted = asked.get("plan") ?? asked.get("id");
  const kept = store.read(wanted);
  const gone = wanted !== null && !kept;
  const fresh = gone || asked.has("ny");
  const latest = fresh ? undefined : store.all().find((record) => !from || record.from === from);
  if (gone) element("notice").textContent = words.not_here;
  if (kept || latest) {
    open(kept ?? latest);
    if (!kept && from) notice("resumed-notice");
    return;
  }
  const made = await (await post("/api/v1/plans", { trial_action: from, description: store.described(), lang })).json();
  current = { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), from, revision: 0, saved: 0, plan: made.plan };
  refresh();
  tellChecked(made);
}

function open(record) {
  current = record;
  unsaved = false;
  remember();
  refresh();
  check();
}

function refresh() {
  show(current.plan, words);
  showPlans();
  element("saved").textContent = current.saved ? fill(words.saved, { time: time(current.saved) }) : words.not_saved;
  form.dataset.ready = "";
}

/** Let the address lead back to this plan when the page is loaded again. */
function remember() {
  const address = new URLSearchParams(location.search);
  if (address.get("plan") === current.id) return;
  address.delete("id");
  address.delete("ny");
  address.delete("slettet");
  address.set("plan", current.id);
  history.replaceState(null, "", `?${address}${location.hash}`);
  const other = document.querySelector("header .other");
  const query = new URLSearchParams(other.search);
  query.set("plan", current.id);
  other.search = query;
}

const time = (saved) => new Date(saved).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });

function showPlans() {
  const items = store.all().map((record) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.textContent = record.plan.title || words.untitled;
    link.href = `/plan?${new URLSearchParams({ ...(record.from && { fra: record.from }), plan: record.id, lang })}`;
    if (record.id === current.id) link.setAttribute("aria-current", "page");
    const when = document.createElement("span");
    when.className = "meta";
    const day = new Date(record.saved).toLocaleDateString(locale);
    when.textContent = record.id === current.id ? words.now : `${day} ${time(record.saved)}`;
    item.append(link, when);
    return item;
  });
  element("plans").replaceChildren(...items);
  element("delete").hidden = !items.length;
}

function changed() {
  unsaved = true;
  current.plan = collect(current.plan);
  clearTimeout(saveTimer);
  clearTimeout(checkTimer);
  saveTimer = setTimeout(save, SAVE_AFTER);
  checkTimer = setTimeout(check, CHECK_AFTER);
}

function save() {
  clearTimeout(saveTimer);
  if (!unsaved || asking) return;
  const { outcome, record } = store.write({ ...current, plan: collect(current.plan) });
  if (outcome === "saved") {
    current = record;
    unsaved = false;
    remember();
    showPlans();
    element("saved").textContent = fill(words.saved, { time: time(record.saved) });
  } else if (outcome === "failed") {
    element("notice").textContent = words.not_kept;
  } else {
    askWhich(record);
  }
}

/** Let the person choose between what stands here and what another window has kept; `other` is none when deleted. */
function askWhich(other) {
  asking = true;
  const place = notice(other ? "changed-notice" : "gone-notice");
  place.querySelector("[data-keep]").addEventListener("click", () => {
    current.revision = store.read(current.id)?.revision ?? 0;
    settle();
    unsaved = true;
    save();
  });
  place.querySelector("[data-take]")?.addEventListener("click", () => {
    settle();
    open(store.read(current.id) ?? other);
  });
}

function settle() {
  asking = false;
  element("notice").replaceChildren();
  form.focus();
}

function notice(template) {
  const place = element("notice");
  place.replaceChildren(element(template).content.cloneNode(true));
  return place;
}

store.onChange((id) => {
  if (!current) return;
  const kept = store.read(current.id);
  if (id !== null && id !== current.id) showPlans();
  else if (asking) askWhich(kept);
  else if (kept === null && current.revision) askWhich(null);
  else if (kept && kept.revision !== current.revision && !unsaved) open(kept);
});

async function check() {
  clearTimeout(checkTimer);
  checking?.abort();
  checking = new AbortController();
  try {
    const body = { plan: collect(current.plan), lang };
    tellChecked(await (await post("/api/v1/plans", body, checking.signal)).json());
  } catch (error) {
    if (error.name !== "AbortError" && !tellFailed(error)) checkTimer = setTimeout(check, CHECK_AGAIN_AFTER);
  }
}

function tellChecked({ ready, gaps, personal, concern }) {
  const count = gaps.length;
  say(element("ready"), ready ? words.ready : fill(count === 1 ? words.missing_one : words.missing, { count }));
  element("ready").classList.toggle("is-ready", ready);
  element("bar-count").textContent = count ? `(${count})` : "";
  element("gaps").replaceChildren(...gaps.map(gapLine));
  showNotes(personal.map(personalNote).filter((note) => note.control));
  if (Boolean(concern) !== element("concern").hasChildNodes()) {
    element("concern").replaceChildren(...(concern ? [element("concern-notice").content.cloneNode(true)] : []));
  }
}

function gapLine(gap) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${idOf(gap.field)}`;
  link.textContent = gap.text;
  item.append(link);
  return item;
}

function personalNote({ field, found, text }) {
  const control = controlOf(field);
  const content = element("personal-note").content.cloneNode(true);
  const told = fill(words.found, { found: found.join(", ") });
  content.querySelector(".found").textContent = told;
  content.querySelector("button").addEventListener("click", () => {
    setValue(control, "list" in control.dataset ? listText(text.split("\n")) : text);
    control.focus();
    say(element("done"), words.hidden);
    changed();
    check();
  });
  return { control, content, text: `${told} ${text}` };
}

/** Tell what went wrong: which fields cannot be used, or that nothing answers. Return the first such field. */
function tellFailed(error) {
  const rules = { string_too_long: words.too_long, too_long: words.too_many };
  const notes = (error.problem?.errors ?? []).map((fault) => ({
    control: controlOf(fault.field.replace("body.plan.", "")),
    text: fill(rules[fault.rule] ?? words.malformed, { limit: fault.limit?.toLocaleString(locale) }),
    fault: true,
  }));
  const known = notes.filter((note) => note.control);
  element("bar-count").textContent = "";
  element("gaps").replaceChildren(...known.map(({ control, text }) => gapLine({ field: control.id, text })));
  element("ready").classList.remove("is-ready");
  say(element("ready"), known.length ? "" : (error.problem?.detail ?? words.unreachable));
  if (known.length) showNotes(known);
  return known[0]?.control;
}

async function download(format) {
  save();
  say(element("done"), words.loading);
  try {
    const response = await post("/api/v1/plans/export", { plan: collect(current.plan), format, lang });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = `plan.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    say(element("done"), words.fetched);
  } catch (error) {
    say(element("done"), "");
    tellFailed(error)?.focus();
  }
}

function printOnly(part) {
  document.body.dataset.print = part;
  print();
}

function changeTried(change) {
  current.plan = collect(current.plan);
  change(current.plan.tried);
  show(current.plan, words);
  changed();
}

function addTried(row) {
  if (element("add-tried").hidden) return;
  changeTried((tried) => tried.push(row));
  element(`tried-${current.plan.tried.length - 1}-what`).focus();
}

form.addEventListener("input", (event) => {
  mirror(event.target);
  changed();
});
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("pagehide", save);
addEventListener("afterprint", () => delete document.body.dataset.print);
document.addEventListener("visibilitychange", save);

element("add-tried").addEventListener("click", () => addTried({ what: "", period: "", outcome: "" }));
element("to-tried").addEventListener("click", () => {
  const { actions, title, start: begun, review_date: ended, review } = collect(current.plan);
  const days = [begun, ended].filter(Boolean).map(dayOf);
  addTried({ what: actions.join(" ") || title, period: days.join(" – "), outcome: review.seen });
});
element("tried").addEventListener("click", ({ target }) => {
  if (!("remove" in target.dataset)) return;
  changeTried((tried) => tried.splice(target.dataset.remove, 1));
  element("proevet-title").focus();
});
element("sources").addEventListener("click", ({ target }) => {
  if (!("remove" in target.dataset)) return;
  current.plan = collect(current.plan);
  current.plan.sources.splice(target.dataset.remove, 1);
  show(current.plan, words);
  changed();
  element("kilder-title").focus();
});

for (const button of document.querySelectorAll("[data-format]")) {
  button.addEventListener("click", () => download(button.dataset.format));
}
element("print").addEventListener("click", () => printOnly("plan"));
element("print-tried").addEventListener("click", () => {
  if (collect(current.plan).tried.length) printOnly("tried");
  else say(element("done"), words.nothing_tried);
});
element("delete").addEventListener("click", () => element("ask-delete").showModal());
element("ask-delete").addEventListener("close", ({ target }) => {
  if (target.returnValue !== "yes") return;
  clearTimeout(saveTimer);
  unsaved = false;
  store.remove(current.id);
  location.assign(`/plan?ny=1&slettet=1&lang=${lang}`);
});
element("gaps").addEventListener("click", (event) => {
  const control = event.target.hash && element(event.target.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  control.focus();
});

start().catch(tellFailed);
