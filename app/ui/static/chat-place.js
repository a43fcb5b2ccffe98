// Where one is in the conversation: what stands at the top of the screen, what is folded out, and what is ticked.
import * as kept from "./chat-history.js";

// What a turn is known by, wherever it stands in the list.
export const nameOf = (turn) => turn?.querySelector(".state")?.id ?? "";

export class Place {
  constructor(screen) {
    this.screen = screen;
    this.talk = screen.querySelector(".talk");
  }

  // The conversation scrolls by itself, in a low window with the whole screen.
  get scroller() {
    return getComputedStyle(this.talk).overflowY === "visible" ? this.screen : this.talk;
  }

  // How far a turn's top is from where a turn that is gone to would stand.
  distance(turn) {
    const head = parseFloat(getComputedStyle(this.scroller).scrollPaddingTop) || 0;
    return turn.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - head - 8;
  }

  scrollTo(turn, further = 0) {
    this.scroller.scrollTop += this.distance(turn) + further;
  }

  toTop() {
    this.scroller.scrollTop = 0;
  }

  turns() {
    return [...this.screen.querySelectorAll(".turns > .turn")].filter(nameOf);
  }

  keep() {
    const turns = this.turns();
    if (!turns.length || !this.screen.isConnected) return;
    const top = turns.findLast((turn) => this.distance(turn) <= 0) ?? turns[0];
    const open = turns.map((turn) => [nameOf(turn), [...turn.querySelectorAll("details")].map((one) => one.open)]);
    const ticked = [...this.screen.querySelectorAll(".clarify input:checked")].map((one) => [one.name, one.value]);
    kept.keepPlace({ turn: nameOf(top), further: -this.distance(top), open: Object.fromEntries(open), ticked });
  }

  // Goes to where one was; to the last turn where that is not known.
  restore() {
    const { turn, further, open, ticked = [] } = kept.place();
    const turns = this.turns();
    for (const one of turns) {
      const were = open?.[nameOf(one)];
      if (were) one.querySelectorAll("details").forEach((details, at) => (details.open = were[at] ?? details.open));
    }
    for (const one of this.screen.querySelectorAll(".clarify input")) {
      one.checked ||= ticked.some(([name, value]) => one.name === name && one.value === value);
    }
    const top = turns.find((one) => nameOf(one) === turn);
    if (top) this.scrollTo(top, further);
    else if (turns.length) this.scrollTo(turns.at(-1));
  }
}
