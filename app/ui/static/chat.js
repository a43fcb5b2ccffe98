// The chat screen. The server makes the HTML of the screen and of each turn; here it is put in place and acted on.
import { Box } from "./chat-box.js";
import { Feedback } from "./chat-feedback.js";
import * as kept from "./chat-history.js";
import { Place } from "./chat-place.js";
import { Quotation, Source } from "./chat-source.js";
import * as turns from "./chat-turn.js";

const ROOMY = "(min-width: 40rem)"; // else only what is needed first is folded out

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
    this.language = language;
    document.documentElement.lang = language;
    document.title = template.dataset.title;
    this.box = new Box(this.screen, this.words, Number(template.dataset.limit), () => this.asking?.text);
    this.list = this.find(".turns");
    this.talk = this.find(".talk");
    this.quotation = new Quotation(this.screen);
    this.source = new Source(this.screen, this.words.screen, this.quotation);
    this.place = new Place(this.screen);
    this.feedback = new Feedback(this.screen, this.words.feedback, (text) => this.tell(text));
    this.listen();
    this.box.write(kept.draft());
    this.showTurns();
    this.place.restore();
    if (window.matchMedia("(hover: hover)").matches) this.box.focus();
  }

  listen() {
    this.screen.addEventListener("click", (event) => this.clicked(event));
    this.screen.addEventListener("submit", (event) => this.submitted(event));
    this.screen.addEventListener("keydown", (event) => this.pressed(event));
  }

  // Puts a ready question in the box: one from the address, or about the trial action it names.
  async askAbout({ id, question }) {
    const ready = question || (id && (await turns.questionAbout(id, this.words.screen.ask_about)));
    if (ready) this.box.offer(ready);
  }

  // -- acting ---------------------------------------------------------------------------------------------------------

  pressed(event) {
    const sends = event.target === this.box.field && event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends) {
      event.preventDefault();
      this.say(this.box.text, { fromBox: true });
    } else if (event.key === "Escape" && !this.quotation.hide() && this.source.isOpen) {
      event.preventDefault();
      this.source.close();
    }
  }

  submitted(event) {
    event.preventDefault();
    const form = event.target;
    if (form.matches(".composer")) this.say(this.box.text, { fromBox: true });
    else if (form.matches(".clarify")) this.answer(form);
  }

  clicked(event) {
    const plan = event.target.closest('a[href^="/plan?fra="]');
    if (plan) kept.keepSituation(turns.situation(this.screen.querySelectorAll(".turn"), plan.closest(".turn")));
    const link = event.target.closest(".cite, a.open");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) return this.openSource(event, link);
    const button = event.target.closest("button[data-do]");
    if (button) this[`do_${button.dataset.do}`]?.(button);
    return undefined;
  }

  // A finger has nothing to point with: its first tap shows the words, the next opens the source.
  openSource(event, link) {
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
    this.say(this.box.text, { fromBox: true });
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
    await this.source.putAway();
    kept.keepLanguage(button.dataset.language);
    this.place.keep();
    this.build(button.dataset.language);
    this.find('[data-do="language"]').focus();
    if (told?.again) this.put(asking.text, asking.before);
  }

  // An answer on its way must not scroll the text on acute concern out of sight.
  do_urgent() {
    this.asking?.control.abort("stop");
    this.source.giveWay();
    const last = this.answered().at(-1);
    if (last && kept.turns().at(-1)?.pressed) {
      this.scrollTo(last);
      last.querySelector(".state").focus({ preventScroll: true });
      return;
    }
    const html = turns.withIdsOfItsOwn(this.find("template.urgently").innerHTML);
    const { turn } = this.add({ asked: "", said: "", html, copy: turns.textOf(html), outcome: "urgent", pressed: true });
    turn.querySelector(".state").focus({ preventScroll: true });
  }

  async do_copy(button) {
    const at = this.answered().indexOf(button.closest(".turn"));
    const done = await turns.copyText(kept.turns()[at].copy, button.closest(".tools"), this.words.screen.copy_answer);
    this.tell(done ? this.words.screen.copied : this.words.screen.not_copied);
    if (!done) return;
    button.dataset.text ??= button.textContent;
    button.textContent = this.words.screen.copied;
    setTimeout(() => (button.textContent = button.dataset.text), 2000);
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
    this.source.putAway();
    this.place.keep();
    kept.keep([]);
    kept.keepComplaints({});
    this.list.querySelector("[data-outcome=error]")?.remove();
    this.showTurns();
    this.place.toTop();
    this.tell(this.words.screen.cleared);
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
    undo.textContent = this.words.screen.undo;
    undo.addEventListener("click", () => {
      kept.keep([...before, ...kept.turns()]);
      kept.keepComplaints({ ...written, ...kept.complaints() });
      this.showTurns();
      this.place.restore();
      this.tell("");
    });
    this.find(".status").append(" ", undo);
    this.box.focus();
  }

  answer(form) {
    const chosen = turns.answers(form);
    if (chosen) this.say(chosen, { upTo: form.closest(".turn") });
    else this.tell(this.words.screen.choose);
  }

  // -- asking ---------------------------------------------------------------------------------------------------------

  // Asks a question after the turns up to `upTo`, all of them, or none where it stands `alone`, as a ready one does.
  // What is being answered is never asked twice.
  async say(text, { upTo = null, alone = false, fromBox = false } = {}) {
    if (this.asking || !this.box.accepts(text)) return;
    const end = upTo ? this.answered().indexOf(upTo) + 1 : undefined;
    const before = alone || kept.isReady(text) ? [] : kept.turns().slice(0, end);
    await this.put(text, before, fromBox);
  }

  async put(text, before, fromBox = false) {
    this.asking = { text, before, control: new AbortController() };
    if (fromBox) this.box.sent();
    const pending = this.showAsking(text);
    const body = { query: text, history: kept.messages(before), lang: this.language };
    const slow = () => (pending.querySelector(".slow").hidden = false);
    this.asking.over = turns.ask(body, this.asking.control, this.words.screen, (name) => this.step(name, pending), slow);
    const told = await this.asking.over;
    this.asking = null;
    pending.remove();
    this.find(".composer .primary").removeAttribute("aria-disabled");
    if (told.again) this.box.keepDraft();
    else this.finish(told, text);
  }

  finish(told, text) {
    if (told.html) {
      const { turn, gone } = this.add(told);
      this.box.keepDraft();
      if (!gone) this.tell(turns.summary(turn, told.outcome === "answered" && this.words.screen.ready), true);
      return;
    }
    this.box.giveBack(text);
    if (told.problem) this.box.problem(told.problem);
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

  // Shows a turn as the last; returns it, and how many old ones had to go for it.
  add(turn) {
    const gone = kept.keep([...kept.turns(), turn]);
    this.list.querySelector("[data-outcome=error]")?.remove();
    this.showTurns();
    const last = this.answered().at(-1);
    this.scrollTo(last);
    if (gone) this.tell(this.words.screen.no_room);
    return { turn: last, gone };
  }

  // Brings what is on the screen in line with what is kept; turns that are there already stay as they are.
  showTurns() {
    const list = kept.turns();
    const there = this.answered();
    const other = there.findIndex((element, at) => element.source !== list[at]?.html);
    const same = other < 0 ? there.length : other;
    for (const [at, element] of there.slice(0, same).entries()) {
      if (list[at].thanked && element.querySelector(".verdict")) this.feedback.thank(element);
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
    this.feedback.show(element, turn);
    return element;
  }

  showStart() {
    const empty = !this.list.children.length;
    this.screen.classList.toggle("began", !empty);
    this.find(".start").hidden = !empty;
    this.find(".keep").hidden = !kept.turns().length;
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

  // Says something in the live region; `unseen` where the screen shows it anyway.
  tell(text, unseen = false) {
    const status = this.find(".status");
    status.classList.toggle("unseen", unseen);
    status.textContent = text;
  }
}