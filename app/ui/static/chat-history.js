// The conversation, kept in this browser alone. A turn is what the server told: asked, said, html, copy, outcome;
// `thanked` where one has said whether it helped.
// The number is raised when older turns can no longer be shown.
const TURNS = "proev-foerst-samtale-1";
const LANGUAGE = "proev-foerst-sprog"; // language.js reads it
const DRAFT = "proev-foerst-kladde";
const PLACE = "proev-foerst-sted";
const READY = "proev-foerst-klar";
const COMPLAINTS = "proev-foerst-indvendinger";
const SITUATION = "proev-foerst-situation"; // read by plan-store.js
const MOST_SAID = 20;

// Where the browser keeps nothing (private windows), the conversation lives as long as the page.
const memory = new Map();

function read(storage, key) {
  try {
    return storage().getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(storage, key, value) {
  memory.set(key, value);
  try {
    storage().setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

const local = () => window.localStorage;
const session = () => window.sessionStorage;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function turns() {
  const kept = parsed(read(local, TURNS));
  return Array.isArray(kept) ? kept.filter((turn) => typeof turn?.html === "string") : [];
}

// Keeps the turns; the oldest go first where the browser has no more room. Tells how many went.
export function keep(list) {
  for (let from = 0; from <= list.length; from += 1) {
    if (write(local, TURNS, JSON.stringify(list.slice(from)))) return from;
  }
  memory.set(TURNS, JSON.stringify(list));
  return 0;
}

// Keeps with the turn that has this markup that one has said whether it helped.
export function keepThanked(html) {
  keep(turns().map((turn) => (turn.html === html ? { ...turn, thanked: true } : turn)));
}

export function changedElsewhere(event) {
  return event.key === TURNS || event.key === null;
}

// The messages of the conversation as the server wants them, the last of them only.
export function messages(list) {
  return list
    .filter((turn) => turn.asked)
    .flatMap((turn) => [
      { role: "user", content: turn.asked },
      { role: "assistant", content: turn.said },
    ])
    .slice(-MOST_SAID);
}

// The address may ask for a language, as a link from another page does; else it is the one chosen last.
export function language() {
  const asked = new URLSearchParams(window.location.search).get("lang");
  if (asked) write(local, LANGUAGE, asked);
  return (asked ?? read(local, LANGUAGE)) === "en" ? "en" : "da";
}

export function keepLanguage(name) {
  write(local, LANGUAGE, name);
  const address = new URL(window.location.href);
  address.searchParams.delete("lang");
  window.history.replaceState(null, "", address);
}

// What is typed and not yet answered or sent, and where one is, stays with this tab, and goes when the tab is closed.
export const draft = () => read(session, DRAFT) ?? "";
export const keepDraft = (text) => write(session, DRAFT, text);
export const keepSituation = (text) => write(session, SITUATION, text);

export const keepPlace = (place) => write(session, PLACE, JSON.stringify(place));
export const place = () => parsed(read(session, PLACE)) ?? {};

// A ready question names all it is about, so it is asked without the conversation before it.
export const keepReady = (question) => write(session, READY, question);
export const isReady = (text) => Boolean(read(session, READY)) && text.trim().startsWith(read(session, READY));

// What is being written of answers that did not help, by the turn's name: reason and comment.
export const complaints = () => parsed(read(session, COMPLAINTS)) ?? {};
export const keepComplaints = (all) => write(session, COMPLAINTS, JSON.stringify(all));
export const keepComplaint = (name, told) => keepComplaints({ ...complaints(), [name]: told });

// Takes what the address asks about out of it, so that it is asked about once: the id of a trial action, and a question.
export function takenFromAddress() {
  const address = new URL(window.location.href);
  const [id, question] = ["om", "spoerg"].map((name) => address.searchParams.get(name) ?? "");
  for (const name of ["om", "spoerg"]) address.searchParams.delete(name);
  if (id || question) window.history.replaceState(window.history.state, "", address);
  return { id, question };
}
