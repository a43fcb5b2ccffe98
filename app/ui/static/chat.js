// The chat screen. The server makes the HTML of the screen and of each turn; here it is put in place and acted on.
import * as kept from "./chat-history.js";
import { nameOf, Place } from "./chat-place.js";
import { Quotation, Source } from "./chat-source.js";
import * as turns from "./chat-turn.js";

const A_FEW_WORDS = 40; // letters

const ROOMY = "(min-width: 40rem)"; // else only what is needed first is folded out
const SLOW_MS = 5000;
const LONGEST_MS = 90_000;
const FEW_LEFT = 500;

export function start(host) {
  const screens = new Map([...host.querySelectorAll("template[data-language]")].map((t) => [t.dataset.language, t]));
  if (!screens.size || host.querySelector(".screen")) return;
  const chat = new Chat(host, screens);
  window.addEventListener("storage", (event) => kept.changedElsewhere(event) && chat.showTurns());
  window.addEventListener("pagehide", () => chat.place.keep());
  window.addEventListener("popstate", (event) => chat.source.follow(event.state));
  if (history.state?.source) chat.source.show(history.state.source);
  chat.askAbout(kept.takenFromAddress());
}

class Chat {
  constructor(host, screens) {
    this.host = host;
    this.screens = screens;
    this.asking = null;
    this.build(kept.language());
  }

  find(selector) {
    return this.screen.querySelector(selector);
  }

  build(language) {
    const template = this.screens.get(language);
    this.screen?.remove();
    this.host.append(template.content.cloneNode(true));
    this.screen = this.host.querySelector(".screen");
    this.words = JSON.parse(template.dataset.words);
    this.limit = Number(template.dataset.limit);
    this.language = language;
    document.documentElement.lang = language;
    this.box = this.find("#question");
    this.list = this.find(".turns");
    this.talk = this.find(".talk");
    this.quotation = new Quotation(this.screen);
    this.source = new Source(this.screen, this.words.screen, this.quotation);
    this.place = new Place(this.screen);
    this.listen();
    this.write(kept.draft());
    this.showTurns();
    this.place.restore();
    if (window.matchMedia("(hover: hover)").matches) this.box.focus({ preventScroll: true });
  }

  listen() {
    this.screen.addEventListener("click", (event) => this.clicked(event));
    this.screen.addEventListener("submit", (event) => this.submitted(event));
    this.screen.addEventListener("keydown", (event) => this.pressed(event));
    this.screen.addEventListener("input", (event) => this.written(event.target.closest("form.complain")));
    this.box.addEventListener("input", () => this.typed());
  }

  // -- typing ---------------------------------------------------------------------------------------------------------

  write(text) {
    this.box.value = text;
    this.typed();
  }

  // Puts a text that was not answered back before whatever has been typed since.
  giveBack(text) {
    const typed = this.box.value.trim();
    this.write(typed && typed !== text.trim() ? `${text}\n\n${typed}` : text);
  }

  // Puts the ready question about a trial action in the box, not sent, before what stands there.
  async askAbout(id) {
    const question = id && (await turns.questionAbout(id, this.words.screen.ask_about));
    if (!question) return;
    kept.keepReady(question);
    if (!this.box.value.includes(question)) this.giveBack(question);
    this.box.focus({ preventScroll: true });
  }

  written(form) {
    if (form) kept.keepComplaint(nameOf(form.closest(".turn")), turns.complaintOf(form));
  }

  typed() {
    kept.keepDraft([this.asking?.text, this.box.value].filter(Boolean).join("\n\n"));
    const left = this.limit - this.box.value.length;
    const word = left < 0 ? this.words.screen.over : this.words.screen.left;
    const told = left < FEW_LEFT ? word.replace("{count}", Math.abs(left).toLocaleString(this.language)) : "";
    if (this.find(".left").textContent !== told) this.find(".left").textContent = told;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
    this.problem("");
  }

  pressed(event) {
    const sends = event.target === this.box && event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends) {
      event.preventDefault();
      this.say(this.box.value, { fromBox: true });
    } else if (event.key === "Escape" && !this.quotation.hide() && this.source.isOpen) {
      event.preventDefault();
      this.source.close();
    }
  }

  // -- acting ---------------------------------------------------------------------------------------------------------

  submitted(event) {
    event.preventDefault();
    const form = event.target;
    if (form.matches(".composer")) this.say(this.box.value, { fromBox: true });
    else if (form.matches(".clarify")) this.answer(form);
    else if (form.matches(".complain")) this.complain(form);
  }

  clicked(event) {
    const plan = event.target.closest('a[href^="/plan?fra="]');
    if (plan) kept.keepSituation(this.situationOf(plan.closest(".turn")));
    const link = event.target.closest(".cite, a.open");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) return this.openSource(event, link);
    const button = event.target.closest("button[data-do]");
    if (button) this[`do_${button.dataset.do}`]?.(button);
    return undefined;
  }

  // What a plan begins with: what was asked in this turn, or in the last one before it that says more than a few words.
  situationOf(turn) {
    const all = [...this.screen.querySelectorAll(".turn")];
    const asked = all.slice(0, all.indexOf(turn) + 1).map((one) => one.querySelector(".asked p")?.textContent ?? "");
    return asked.findLast((text) => text.length > A_FEW_WORDS) ?? asked.at(-1) ?? "";
  }

  // A finger has nothing to point with: its first tap shows the words, the next opens the source.
  openSource(event, link) {
    this.source.giveWay();
    event.preventDefault();
    const opener = link.closest("#quote") ? this.quotation.mark : link;
    const onlyShow = event.pointerType === "touch" && link.matches(".cite") && this.tapped !== link;
    this.tapped = onlyShow ? link : null;
    if (onlyShow) {
      this.quotation.show(link);
      return;
    }
    this.source.open(link.getAttribute("href"), opener);
  }

  do_say(button) {
    this.say(button.dataset.say, { upTo: button.closest(".turn"), alone: "alone" in button.dataset });
  }

  do_again() {
    this.say(this.box.value, { fromBox: true });
  }

  do_close() {
    this.source.close();
  }

  do_stop() {
    this.asking?.control.abort("stop");
  }

  // What is being answered is asked anew in the other language.
  async do_language(button) {
    const { asking } = this;
    asking?.control.abort("again");
    const told = await asking?.over;
    kept.keepLanguage(button.dataset.language);
    this.source.hide();
    this.place.keep();
    this.build(button.dataset.language);
    this.find('[data-do="language"]').focus();
    if (told?.again) this.put(asking.text, asking.before);
  }

  // An answer on its way must not scroll the text on acute concern out of sight.
  do_urgent() {
    this.asking?.control.abort("stop");
    const html = turns.withIdsOfItsOwn(this.find("template.urgently").innerHTML);
    const turn = this.add({ asked: "", said: "", html, copy: this.textOf(html), outcome: "urgent" });
    turn.querySelector(".state").focus({ preventScroll: true });
  }

  async do_copy(button) {
    const at = this.answered().indexOf(button.closest(".turn"));
    const done = await turns.copyText(kept.turns()[at].copy, button.closest(".tools"), this.words.screen.copy_answer);
    this.tell(done ? this.words.screen.copied : this.words.screen.not_copied);
    if (done) button.textContent = this.words.screen.copied;
    setTimeout(() => (button.textContent = this.words.screen.copy_answer), 2000);
  }

  do_download() {
    const { you, file } = this.words.screen;
    const parts = kept.turns().map((turn) => (turn.asked ? `${you}: ${turn.asked}\n\n${turn.copy}` : turn.copy));
    turns.download(parts.join("\n---\n\n"), `${file}.md`);
  }

  do_clear() {
    const before = kept.turns();
    const written = kept.complaints();
    this.asking?.control.abort("clear");
    this.source.hide();
    kept.keep([]);
    kept.keepComplaints({});
    this.showTurns();
    this.tell(this.words.screen.cleared);
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
    undo.textContent = this.words.screen.undo;
    undo.addEventListener("click", () => {
      kept.keep([...before, ...kept.turns()]);
      kept.keepComplaints({ ...written, ...kept.complaints() });
      this.showTurns();
      this.tell("");
    });
    this.find(".status").append(" ", undo);
    this.box.focus();
  }

  async do_helpful(button) {
    const turn = button.closest(".turn");
    if (await turns.sendFeedback(turn, { helpful: true })) this.thank(turn);
    else this.tell(this.words.feedback.failed);
  }

  do_unhelpful(button) {
    const turn = button.closest(".turn");
    turns.openComplaint(turn, this.find("template.complain"));
    turn.querySelector("form.complain input").focus();
  }

  do_uncomplain(button) {
    const turn = button.closest(".turn");
    button.closest("form").remove();
    kept.keepComplaint(nameOf(turn), undefined);
    const opener = turn.querySelector('[data-do="unhelpful"]');
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  thank(turn) {
    const list = kept.turns();
    const at = this.answered().indexOf(turn);
    kept.keep(list.map((one, place) => (place === at ? { ...one, thanked: true } : one)));
    kept.keepComplaint(nameOf(turn), undefined);
    turns.thank(turn, this.words.feedback).focus();
  }

  answer(form) {
    const chosen = turns.answers(form);
    if (chosen) this.say(chosen, { upTo: form.closest(".turn") });
    else this.tell(this.words.screen.choose);
  }

  async complain(form) {
    const turn = form.closest(".turn");
    if (await turns.sendFeedback(turn, { helpful: false, ...turns.complaintOf(form) })) this.thank(turn);
    else form.querySelector("[role=alert]").textContent = this.words.feedback.failed;
  }

  // -- asking ---------------------------------------------------------------------------------------------------------

  // Asks a question after the turns up to `upTo`, all of them, or none where it stands `alone`, as a ready one does.
  // What is being answered is never asked twice.
  async say(text, { upTo = null, alone = false, fromBox = false } = {}) {
    if (this.asking) return;
    if (!text.trim() || text.length > this.limit) {
      this.problem(text.trim() ? this.find(".left").textContent : this.words.error.empty);
      this.box.focus();
      return;
    }
    const end = upTo ? this.answered().indexOf(upTo) + 1 : undefined;
    const before = alone || kept.isReady(text) ? [] : kept.turns().slice(0, end);
    await this.put(text, before, fromBox);
  }

  async put(text, before, fromBox = false) {
    this.asking = { text, before, control: new AbortController() };
    if (fromBox) this.write("");
    const pending = this.showAsking(text);
    this.asking.over = this.ask(text, kept.messages(before), pending);
    const told = await this.asking.over;
    this.asking = null;
    pending.remove();
    this.find(".composer .primary").removeAttribute("aria-disabled");
    if (told.again) kept.keepDraft(this.box.value);
    else this.finish(told, text);
  }

  async ask(text, history, pending) {
    const control = this.asking.control;
    const slow = setTimeout(() => (pending.querySelector(".slow").hidden = false), SLOW_MS);
    const end = setTimeout(() => control.abort("late"), LONGEST_MS);
    const body = { query: text, history, lang: this.language };
    try {
      const last = await turns.stream("/samtale", body, control.signal, (event) => this.step(event.step, pending));
      return last ?? { failure: this.words.screen.connection };
    } catch {
      const reason = control.signal.reason;
      if (reason === "clear") return { cleared: true };
      if (reason === "again") return { again: true };
      return reason === "stop" ? { problem: this.words.screen.stopped } : { failure: this.words.screen.connection };
    } finally {
      clearTimeout(slow);
      clearTimeout(end);
    }
  }

  finish(told, text) {
    if (told.html) {
      const turn = this.add(told);
      kept.keepDraft(this.box.value);
      const opening = turn.querySelector(".answer > p, .answer > .note, .answer h4");
      const state = turn.querySelector(".state").textContent;
      this.tell(`${told.outcome === "answered" ? this.words.screen.ready : state}. ${opening?.textContent ?? ""}`, true);
      return;
    }
    this.giveBack(text);
    if (told.problem) this.problem(told.problem);
    if (told.failure) this.showFailure(told.failure);
    this.showStart();
  }

  step(name, pending) {
    if (!name) return;
    pending.querySelector(".now")?.classList.replace("now", "done");
    pending.querySelector(`[data-step="${name}"]`).classList.add("now");
    if (name === "search") this.tell(`${this.words.steps.search} …`, true);
  }

  // -- showing --------------------------------------------------------------------------------------------------------

  add(turn) {
    kept.keep([...kept.turns(), turn]);
    this.list.querySelector("[data-outcome=error]")?.remove();
    this.showTurns();
    const last = this.answered().at(-1);
    this.scrollTo(last);
    return last;
  }

  // Brings what is on the screen in line with what is kept; turns that are there already stay as they are.
  showTurns() {
    const list = kept.turns();
    const there = this.answered();
    const other = there.findIndex((element, at) => element.source !== list[at]?.html);
    const same = other < 0 ? there.length : other;
    for (const [at, element] of there.slice(0, same).entries()) {
      if (list[at].thanked && element.querySelector(".verdict")) turns.thank(element, this.words.feedback);
    }
    for (const element of there.slice(same)) element.remove();
    const made = list.slice(same).map((turn) => this.element(turn));
    const after = this.list.querySelector(".turn.asking, [data-outcome=error]");
    for (const element of made) this.list.insertBefore(element, after);
    this.showStart();
  }

  // The turns on the screen that are kept, in their order.
  answered() {
    return [...this.list.querySelectorAll(":scope > .turn:not(.asking, [data-outcome=error])")];
  }

  element(turn) {
    const holder = document.createElement("template");
    holder.innerHTML = turn.html;
    const element = holder.content.querySelector(".turn");
    element.source = turn.html;
    const isRoomy = window.matchMedia(ROOMY).matches;
    for (const field of element.querySelectorAll("details[data-roomy]")) field.open = isRoomy;
    const complain = this.find("template.complain");
    const written = kept.complaints()[nameOf(element)];
    if (!complain) element.querySelector(".verdict")?.remove();
    else if (turn.thanked) turns.thank(element, this.words.feedback);
    else if (written) turns.openComplaint(element, complain, written);
    return element;
  }

  showStart() {
    const empty = !this.list.children.length;
    this.screen.classList.toggle("began", !empty);
    this.find(".start").hidden = !empty;
    this.find(".keep").hidden = empty;
  }

  showAsking(text) {
    this.list.querySelector("[data-outcome=error]")?.remove();
    this.list.append(this.find("template.asking").content.cloneNode(true));
    const pending = this.list.lastElementChild;
    pending.querySelector(".asked p").textContent = text;
    this.find(".composer .primary").setAttribute("aria-disabled", "true");
    this.showStart();
    this.scrollTo(pending);
    return pending;
  }

  showFailure(what) {
    this.list.append(this.find("template.failed").content.cloneNode(true));
    const failed = this.list.lastElementChild;
    failed.querySelector(".what").textContent = what;
    this.scrollTo(failed);
    this.tell(what, true);
  }

  scrollTo(turn) {
    this.place.scrollTo(turn);
  }

  problem(text) {
    this.find(".problem").textContent = text;
    this.box.toggleAttribute("aria-invalid", Boolean(text));
  }

  // Says something in the live region; `unseen` where the screen shows it anyway.
  tell(text, unseen = false) {
    const status = this.find(".status");
    status.classList.toggle("unseen", unseen);
    status.textContent = text;
  }

  textOf(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content.textContent.replace(/\s*\n\s*/g, "\n").trim() + "\n";
  }
}
