// What can be done with one turn: asking for it, reading it, copying it, and answering what it asks.
const A_FEW_WORDS = 40; // letters
const SLOW_MS = 5000;
const LONGEST_MS = 90_000;

// Without a secure address a browser has no clipboard to write to, and copies only what is selected. Where it does not
// do that either, the text stays selected after `beside`, to be copied by hand.
export async function copyText(text, beside, name) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, beside, name);
  }
}

function copySelected(text, beside, name) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  Object.assign(field, { value: text, readOnly: true, className: "by-hand", rows: 8 });
  field.setAttribute("aria-label", name);
  if (beside.nextElementSibling?.matches(".by-hand")) beside.nextElementSibling.remove();
  beside.after(field);
  field.select();
  const done = document.execCommand("copy");
  if (done) {
    field.remove();
    before?.focus({ preventScroll: true });
  }
  return done;
}

export function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// The chosen answers to clarifying questions as one message; empty where none is chosen.
export function answers(form) {
  const chosen = [...form.querySelectorAll("input:checked")].map((input) => input.value);
  return chosen.length ? `${chosen.join(". ")}.` : "";
}

// The ready question about a trial action, in the words of `form`; empty where there is no such action.
export async function questionAbout(id, form) {
  try {
    const answer = await fetch(`/api/v1/trial-actions/${encodeURIComponent(id)}`);
    if (!answer.ok) return "";
    const { title, name } = (await answer.json()).trial_action;
    return form.replace("{title}", title).replace("{name}", name);
  } catch {
    return "";
  }
}

// The same markup with ids that no other turn has.
export function withIdsOfItsOwn(html) {
  const key = /id="s([0-9a-f]{8})"/.exec(html)?.[1];
  const own = [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return key ? html.replaceAll(key, own) : html;
}

// What a plan begins with: what was described last. Turns kept from before that was told have what was asked, in the last
// one that says more than a few words.
export function situation(all, turn) {
  const until = [...all].slice(0, [...all].indexOf(turn) + 1);
  const described = until.findLast((one) => one.dataset.described)?.dataset.described;
  if (described) return described;
  const asked = until.map((one) => one.querySelector(".asked p")?.textContent ?? "");
  return asked.findLast((text) => text.length > A_FEW_WORDS) ?? asked.at(-1) ?? "";
}

export function textOf(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.textContent.replace(/\s*\n\s*/g, "\n").trim() + "\n";
}

// What is read aloud of a turn: `ready`, or else what kind of answer it is, and how it begins.
export function summary(turn, ready) {
  const opening = turn.querySelector(".answer > p, .answer > .note, .answer h4");
  const told = [ready || turn.querySelector(".state").textContent, opening?.textContent].map((text) => text?.trim());
  return told.filter(Boolean).map((text) => (/[.!?:…]$/.test(text) ? text : `${text}.`)).join(" ");
}

// Asks for a turn, and returns it, or why there is none; `step` is told how far it is, `slow` is called once.
export async function ask(body, control, words, step, slow) {
  const late = setTimeout(slow, SLOW_MS);
  const end = setTimeout(() => control.abort("late"), LONGEST_MS);
  try {
    const last = await stream("/samtale", body, control.signal, (event) => step(event.step));
    return last ?? { failure: words.connection };
  } catch {
    const reason = control.signal.reason;
    if (reason === "clear") return { cleared: true };
    if (reason === "again") return { again: true };
    return reason === "stop" ? { problem: words.stopped } : { failure: words.connection };
  } finally {
    clearTimeout(late);
    clearTimeout(end);
  }
}

// Reads the lines of a streamed answer and hands each to `told`; returns the last one, null where the stream broke.
async function stream(address, body, signal, told) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  if (!answer.ok) return { failure: (await answer.json()).detail };
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  let last = null;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (waiting + read.value).split("\n");
    waiting = lines.pop();
    for (const line of lines) {
      last = JSON.parse(line);
      told(last);
    }
  }
  return last && !last.step ? last : null;
}
