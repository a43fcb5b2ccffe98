// A page whose address asks for no language is shown in the one chosen last, as the chat is (chat-history.js). It stands
// in the head and is no module, so that nobody sees the page change.
{
  const KEPT = "proev-foerst-sprog";
  const address = new URL(window.location.href);
  const asked = address.searchParams.get("lang");
  const shown = document.documentElement.lang;
  try {
    if (asked === shown && shown === "da") window.localStorage.removeItem(KEPT);
    else if (asked === shown) window.localStorage.setItem(KEPT, asked);
    else if (!asked && window.localStorage.getItem(KEPT) === "en" && shown !== "en") {
      address.searchParams.set("lang", "en");
      window.location.replace(address);
    }
  } catch {
    // The browser keeps nothing: the page stays in the language of its address.
  }
}
