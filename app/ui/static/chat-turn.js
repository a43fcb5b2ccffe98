// What can be done with one answer: copying it, saying what one thinks of it, and answering what it asks.

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

export async function sendFeedback(turn, told) {
  const shown = turn.dataset.shown.split(" ").filter(Boolean);
  try {
    const answer = await fetch("/api/v1/feedback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ outcome: turn.dataset.outcome, shown, ...told }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

// Puts thanks in place of the thumbs, and of what was written with them.
export function thank(turn, words) {
  const thanks = document.createElement("p");
  thanks.className = "thanks";
  thanks.tabIndex = -1;
  thanks.textContent = words.thanks;
  turn.querySelector("form.complain")?.remove();
  turn.querySelector(".verdict")?.replaceWith(thanks);
  return thanks;
}

export function complaintOf(form) {
  return { reason: form.querySelector("input:checked")?.value ?? "", comment: form.querySelector("textarea").value };
}

// Opens the form for saying why an answer did not help, with what was written in it before.
export function openComplaint(turn, template, written) {
  if (turn.querySelector("form.complain")) return;
  turn.querySelector(".tools").after(template.content.cloneNode(true));
  turn.querySelector('[data-do="unhelpful"]').setAttribute("aria-expanded", "true");
  if (!written) return;
  const form = turn.querySelector("form.complain");
  for (const input of form.querySelectorAll("input")) input.checked = input.value === written.reason;
  form.querySelector("textarea").value = written.comment;
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

// Reads the lines of a streamed answer and hands each to `told`; returns the last one, null where the stream broke.
export async function stream(address, body, signal, told) {
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
