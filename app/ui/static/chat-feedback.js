// What people think of an answer: the thumbs, the form for why it did not help, and thanks. What is being written is
// kept in this tab until it is sent; that one has said something is kept with the turn.
import * as kept from "./chat-history.js";
import { nameOf } from "./chat-place.js";

export class Feedback {
  // `tell` says something in the live region.
  constructor(screen, words, tell) {
    this.words = words;
    this.tell = tell;
    this.language = screen.lang;
    this.form = screen.querySelector("template.complain"); // none where no feedback is kept
    screen.addEventListener("click", (event) => this.clicked(event.target.closest("button[data-do]")));
    screen.addEventListener("input", (event) => this.written(event.target.closest("form.complain")));
    screen.addEventListener("submit", (event) => event.target.matches(".complain") && this.complain(event.target));
  }

  // Brings a turn in line with what is kept of it.
  show(element, turn) {
    const written = kept.complaints()[nameOf(element)];
    if (!this.form) element.querySelector(".verdict")?.remove();
    else if (turn.thanked) this.thank(element);
    else if (written) this.open(element, written);
  }

  clicked(button) {
    const turn = button?.closest(".turn");
    if (button?.dataset.do === "helpful") this.praise(turn);
    if (button?.dataset.do === "unhelpful") this.open(turn).querySelector("input").focus();
    if (button?.dataset.do === "uncomplain") this.close(turn);
  }

  written(form) {
    if (form) kept.keepComplaint(nameOf(form.closest(".turn")), told(form));
  }

  async praise(turn) {
    if (await send(turn, { helpful: true })) this.done(turn);
    else this.tell(this.words.failed);
  }

  async complain(form) {
    const turn = form.closest(".turn");
    if (await send(turn, { helpful: false, ...told(form) })) this.done(turn);
    else form.querySelector("[role=alert]").textContent = this.words.failed;
  }

  // Opens the form with what was written in it before, and returns it.
  open(turn, written) {
    const there = turn.querySelector("form.complain");
    if (there) return there;
    turn.querySelector(".tools").after(this.form.content.cloneNode(true));
    turn.querySelector('[data-do="unhelpful"]').setAttribute("aria-expanded", "true");
    const form = turn.querySelector("form.complain");
    form.lang = this.language; // the turn may be in the other
    for (const input of form.querySelectorAll("input")) input.checked = input.value === written?.reason;
    form.querySelector("textarea").value = written?.comment ?? "";
    return form;
  }

  close(turn) {
    turn.querySelector("form.complain").remove();
    kept.keepComplaint(nameOf(turn), undefined);
    const opener = turn.querySelector('[data-do="unhelpful"]');
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  done(turn) {
    kept.keepThanked(turn.source);
    kept.keepComplaint(nameOf(turn), undefined);
    this.thank(turn);
    turn.querySelector(".thanks").focus();
  }

  // Puts thanks in place of the thumbs, and of what was written with them.
  thank(turn) {
    const thanks = document.createElement("p");
    Object.assign(thanks, { className: "thanks", tabIndex: -1, textContent: this.words.thanks });
    turn.querySelector("form.complain")?.remove();
    turn.querySelector(".verdict")?.replaceWith(thanks);
  }
}

function told(form) {
  return { reason: form.querySelector("input:checked")?.value ?? "", comment: form.querySelector("textarea").value };
}

async function send(turn, opinion) {
  const shown = turn.dataset.shown.split(" ").filter(Boolean);
  try {
    const answer = await fetch("/api/v1/feedback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ outcome: turn.dataset.outcome, shown, ...opinion }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
