// What can be done with one answer: copying it, saying what one thinks of it, and answering what it asks.

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
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

export function thank(turn, words) {
  const thanks = document.createElement("p");
  thanks.className = "thanks";
  thanks.tabIndex = -1;
  thanks.textContent = words.thanks;
  turn.querySelector("form.complain")?.remove();
  turn.querySelector(".verdict").replaceWith(thanks);
  thanks.focus();
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
