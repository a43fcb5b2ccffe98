// Citations: the quotation beside the mark, and the source beside the conversation.
const BESIDE = "(min-width: 64rem) and (min-height: 34.01rem)";
const GRACE_MS = 200;

// Shows a citation's words beside it while it is pointed at or has the focus; Escape puts them away.
export class Quotation {
  constructor(screen) {
    this.screen = screen;
    this.box = screen.querySelector("#quote");
    this.mark = null;
    screen.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.pointed(event));
    screen.addEventListener("pointerout", (event) => event.pointerType === "mouse" && this.leave());
    screen.addEventListener("focusin", (event) => this.consider(event.target));
    screen.addEventListener("focusout", () => this.leave());
    const follow = () => this.mark && this.place();
    for (const scroller of [screen, screen.querySelector(".talk")]) {
      scroller.addEventListener("scroll", follow, { passive: true });
    }
  }

  // A mark that is scrolled under a pointer that rests is not pointed at; its words would catch the wheel.
  pointed(event) {
    const at = `${event.clientX} ${event.clientY}`;
    if (at !== this.pointer) this.consider(event.target);
    this.pointer = at;
  }

  // Does something that moves the focus without showing the words of the mark it moves to.
  unseen(act) {
    this.silent = true;
    act();
    this.silent = false;
  }

  consider(target) {
    if (this.silent) return;
    const mark = target.closest?.(".cite");
    if (mark || this.box.contains(target)) clearTimeout(this.leaving);
    if (mark && mark !== this.mark) this.show(mark);
  }

  leave() {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.hide(), GRACE_MS);
  }

  show(mark) {
    const told = document.getElementById(mark.dataset.reference);
    if (!told) return;
    this.hide();
    this.mark = mark;
    this.box.replaceChildren(...[...told.childNodes].map((node) => node.cloneNode(true)));
    this.box.showPopover();
    mark.setAttribute("aria-describedby", this.box.id);
    this.place();
  }

  // Below the mark, or above it where there is more room; never over it, nor over the head with acute concern.
  place() {
    const mark = this.mark.getBoundingClientRect();
    this.box.style.maxHeight = "";
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.max(8, Math.min(mark.left, window.innerWidth - width - 8));
    const head = Math.max(0, this.screen.querySelector("header.bar .urgent").getBoundingClientRect().bottom);
    const [above, below] = [mark.top - head - 14, window.innerHeight - mark.bottom - 14];
    const isBelow = height <= below || below >= above;
    const high = Math.min(height, isBelow ? below : above);
    const top = isBelow ? mark.bottom + 6 : mark.top - 6 - high;
    Object.assign(this.box.style, { left: `${left}px`, top: `${top}px`, maxHeight: `${high}px` });
  }

  hide() {
    clearTimeout(this.leaving);
    if (!this.mark) return false;
    this.mark.removeAttribute("aria-describedby");
    this.mark = null;
    this.box.hidePopover();
    return true;
  }
}

// Shows a page of a source in a panel beside the conversation, over all of it on a small screen. Back closes it.
export class Source {
  constructor(screen, words, quotation) {
    this.words = words;
    this.quotation = quotation;
    this.language = screen.lang;
    this.panel = screen.querySelector("dialog.source");
    this.page = this.panel.querySelector(".page");
    this.title = this.panel.querySelector("h2");
    this.which = this.title.querySelector(".which");
    this.panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.panel.addEventListener("click", (event) => {
      const link = event.target.closest("a[rel]");
      if (!link || link.target) return;
      event.preventDefault();
      this.load(link.getAttribute("href"));
    });
  }

  get isOpen() {
    return this.panel.open;
  }

  open(address, opener) {
    if (!this.panel.open) {
      this.opener = opener;
      history.pushState({ source: address }, "");
    }
    this.show(address);
  }

  show(address) {
    if (!this.panel.open) {
      if (window.matchMedia(BESIDE).matches) this.panel.show();
      else this.panel.showModal();
    }
    this.quotation.hide();
    this.title.focus();
    this.load(address);
  }

  close() {
    if (history.state?.source) history.back();
    else this.hide();
  }

  // Leaves the screen to what comes before it; beside the conversation it may stay.
  giveWay() {
    if (this.panel.matches(":modal")) this.putAway();
  }

  // Goes for good: neither the focus nor a reload comes back to it. Resolves when the browser is where it was before.
  putAway() {
    this.opener = null;
    this.hide();
    if (!history.state?.source) return Promise.resolve();
    const gone = new Promise((resolve) => window.addEventListener("popstate", resolve, { once: true }));
    history.back();
    return gone;
  }

  // Follows the browser's back and forward.
  follow(state) {
    if (state?.source) this.show(state.source);
    else this.hide();
  }

  hide() {
    if (!this.panel.open) return;
    this.quotation.unseen(() => {
      this.panel.close();
      if (this.opener?.isConnected) this.opener.focus();
    });
  }

  async load(address) {
    const asked = (this.asked = address);
    if (history.state?.source) history.replaceState({ source: address }, "");
    this.which.textContent = "";
    this.page.textContent = this.words.loading;
    const { place, content } = await fetched(inLanguage(address, this.language), this.words);
    if (asked !== this.asked) return;
    this.which.textContent = place;
    this.page.replaceChildren(...content);
    this.page.scrollTop = 0;
    this.page.querySelector("mark")?.scrollIntoView({ block: "center" });
  }
}

// Pages are in Danish unless their address says otherwise; a source's own words always are.
function inLanguage(address, language) {
  const page = new URL(address, window.location.href);
  if (language !== "da") page.searchParams.set("lang", language);
  return page.href;
}

async function fetched(address, words) {
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (main) return arranged(main, address, words);
  } catch {
    // told below
  }
  const told = document.createElement("p");
  told.textContent = words.no_source;
  return { place: "", content: [told] };
}

// What the page is goes to the panel's head. Its own headings go one level down, below that; of its links the
// neighbouring pages are kept.
function arranged(main, address, words) {
  const which = main.querySelector("[data-place]");
  const place = which?.dataset.place ?? "";
  which?.remove();
  for (const link of main.querySelectorAll("nav a:not([rel])")) link.remove();
  for (const [from, to] of [["h2", "h4"], ["h1", "h3"]]) {
    for (const heading of main.querySelectorAll(from)) {
      const lower = document.createElement(to);
      lower.append(...heading.childNodes);
      heading.replaceWith(lower);
    }
  }
  const whole = document.createElement("a");
  Object.assign(whole, { href: address, target: "_blank", rel: "noopener", textContent: words.whole_page });
  main.querySelector("nav")?.append(whole);
  for (const element of main.querySelectorAll("[id]:not(mark)")) element.removeAttribute("id");
  return { place, content: [...main.childNodes].map((node) => document.adoptNode(node)) };
}
