// A page whose address asks for no language is shown in the one chosen last, as the chat is (chat-history.js). It is
// chosen with the link in the head; a shared address chooses for nobody. The script stands in the head and is no module,
// so that nobody sees the page change.
{
  const KEPT = "proev-foerst-sprog";
  const address = new URL(window.location.href);
  const asked = address.searchParams.get("lang");
  try {
    if (asked === "da") window.localStorage.removeItem(KEPT);
    else if (!asked && window.localStorage.getItem(KEPT) === "en" && document.documentElement.lang !== "en") {
      address.searchParams.set("lang", "en");
      window.location.replace(address);
    }
    document.addEventListener("click", (event) => {
      if (event.target.closest("a.other[lang=en]")) window.localStorage.setItem(KEPT, "en");
    });
  } catch {
    // The browser keeps nothing: the page stays in the language of its address.
  }
}
