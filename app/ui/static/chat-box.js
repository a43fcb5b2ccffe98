// The box a question is written in: what stands there is kept as a draft, and what is wrong with it is told beside it.
import * as kept from "./chat-history.js";

const FEW_LEFT = 500; // letters

export class Box {
  // `asked` gives the question that is being answered, which is kept with the draft until it has been.
  constructor(screen, words, limit, asked) {
    Object.assign(this, { words, limit, asked, language: screen.lang });
    this.field = screen.querySelector("#question");
    this.left = screen.querySelector(".left");
    this.told = screen.querySelector(".problem");
    this.field.addEventListener("input", () => this.typed());
  }

  get text() {
    return this.field.value;
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  write(text) {
    this.field.value = text;
    this.typed();
  }

  // The text is on its way: the box is empty, and the keyboard of a phone does not cover the answer.
  sent() {
    this.write("");
    if (window.matchMedia("(hover: none)").matches) this.field.blur();
  }

  // Puts a text that was not answered back before whatever has been typed since.
  giveBack(text) {
    const typed = this.text.trim();
    this.write(typed && typed !== text.trim() ? `${text}\n\n${typed}` : text);
  }

  // Puts a ready question in the box, not sent, before what stands there.
  offer(question) {
    kept.keepReady(question);
    if (!this.text.includes(question)) this.giveBack(question);
    this.focus();
  }

  typed() {
    this.keepDraft();
    this.problem("");
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  keepDraft() {
    kept.keepDraft([this.asked(), this.text].filter(Boolean).join("\n\n"));
  }

  // Tells whether a text can be asked; where it cannot, what is wrong with it stands once, as a problem.
  accepts(text) {
    if (text.trim() && text.length <= this.limit) return true;
    this.problem(text.trim() ? this.room(text) : this.words.error.empty);
    this.field.focus();
    return false;
  }

  problem(told) {
    this.told.textContent = told;
    this.field.toggleAttribute("aria-invalid", Boolean(told));
    const room = told ? "" : this.room(this.text);
    if (this.left.textContent !== room) this.left.textContent = room;
  }

  // How many letters there is room for, or are too many; nothing where there is room enough.
  room(text) {
    const left = this.limit - text.length;
    const form = left < 0 ? this.words.screen.over : this.words.screen.left;
    return left < FEW_LEFT ? form.replace("{count}", Math.abs(left).toLocaleString(this.language)) : "";
  }
}
