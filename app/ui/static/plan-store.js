// The plans kept in this browser. Each has a revision, so that two windows cannot overwrite each other unseen.

const PREFIX = "proev-foerst:plan:";

/** Return what was described in the chat before this plan, once; empty where nothing was. */
export function described() {
  try {
    const text = sessionStorage.getItem("proev-foerst-situation") ?? "";
    sessionStorage.removeItem("proev-foerst-situation");
    return text;
  } catch {
    return "";
  }
}

/** Return the kept plan with this id, or null. A record that cannot be read counts as none. */
export function read(id) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + id));
  } catch {
    return null;
  }
}

/** Return all kept plans, the one saved last first. */
export function all() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => read(key.slice(PREFIX.length)))
      .filter((record) => record?.plan)
      .sort((one, other) => other.saved - one.saved);
  } catch {
    return [];
  }
}

/**
 * Keep a plan whose revision is the one this window last saw.
 *
 * Return "saved" with the new record, "changed" with the record of another window, "gone" when another window deleted
 * it, or "failed" when the browser keeps nothing.
 */
export function write(record) {
  const kept = read(record.id);
  if ((kept?.revision ?? 0) !== record.revision) return kept ? { outcome: "changed", record: kept } : { outcome: "gone" };
  const next = { ...record, revision: record.revision + 1, saved: Date.now() };
  try {
    localStorage.setItem(PREFIX + record.id, JSON.stringify(next));
  } catch {
    return { outcome: "failed" };
  }
  return { outcome: "saved", record: next };
}

/** Delete a plan from this browser. */
export function remove(id) {
  localStorage.removeItem(PREFIX + id);
}

/** Call `told` with the id of a plan that another window has changed or deleted. */
export function onChange(told) {
  addEventListener("storage", (event) => {
    if (event.key === null) told(null);
    else if (event.key.startsWith(PREFIX)) told(event.key.slice(PREFIX.length));
  });
}
