// The minutes, saved as one types. Without this file each entry is a form with a button.
"use strict";

const minutes = document.getElementById("minutes");
const say = minutes.dataset;
const SHELF = `minutes-${say.session}-${say.user}`;
const FIELDS = ["kind", "speaker", "commune", "criterion", "theme", "text"];
const PAUSE = 800;
const LONGEST_WAIT = 30000;
// A request that is not answered by then counts as lost.
const PATIENCE = 60000;

// What was typed and not confirmed yet, by the key of its entry: kept on this machine.
const shelf = {
  all() {
    try {
      return JSON.parse(localStorage.getItem(SHELF)) || {};
    } catch {
      return {};
    }
  },
  write(change) {
    const all = this.all();
    change(all);
    try {
      localStorage.setItem(SHELF, JSON.stringify(all));
      return true;
    } catch {
      return false;
    }
  },
  put(key, typed) {
    return this.write((all) => (all[key] = typed));
  },
  take(key) {
    return this.write((all) => delete all[key]);
  },
};

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// One entry: what its form holds, and whether the server has it.
class Entry {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.entry;
    this.state = form.querySelector("[data-state]");
    this.sent = this.typed();
    // What was sent and not answered: the server may have it or not.
    this.pending = null;
    this.isSending = false;
    this.wait = PAUSE;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("focusout", () => this.isUnsent() && this.send());
    form.addEventListener("keydown", (event) => this.pressed(event));
    form.addEventListener("submit", (event) => this.submitted(event));
  }

  field(name) {
    return this.form.elements[name];
  }

  typed() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.field(name).value]));
  }

  show(typed) {
    for (const name of FIELDS) if (name in typed) this.field(name).value = typed[name];
  }

  version() {
    return this.field("version").value;
  }

  isUnsent() {
    if (this.pending) return true;
    const typed = this.typed();
    const isBlank = this.version() === "0" && !typed.text.trim();
    return !isBlank && FIELDS.some((name) => typed[name] !== this.sent[name]);
  }

  say(text, kind) {
    this.state.textContent = text;
    this.form.dataset.saved = kind;
  }

  // What is unsent is kept on this machine; what was taken back is not.
  keep() {
    const kept = { ...this.typed(), version: this.version(), pending: this.pending };
    this.isKept = this.isUnsent() ? shelf.put(this.key, kept) : shelf.take(this.key);
  }

  changed() {
    this.keep();
    if (!this.isUnsent()) {
      clearTimeout(this.timer);
      return this.say("", "yes");
    }
    this.say(say.sayUnsaved, "no");
    this.later(PAUSE);
  }

  sayUnsent(text) {
    this.say(this.isKept ? text : say.sayOnlyHere, "offline");
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  // One request at a time; what was typed meanwhile follows. What was not answered is sent once
  // more as it was: if the server has it, that is no change by somebody else.
  send() {
    clearTimeout(this.timer);
    if (this.isSending) return this.later(PAUSE);
    if (!this.isAsking && this.isUnsent()) this.exchange = this.exchanged();
  }

  async exchanged() {
    this.isSending = true;
    const typed = this.pending || this.typed();
    this.pending = typed;
    this.keep();
    this.say(say.saySaving, "no");
    try {
      await this.answered(await this.post(typed), typed);
    } catch {
      this.sayUnsent(say.sayOffline);
      this.again();
    } finally {
      this.isSending = false;
    }
  }

  again() {
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.later(this.wait);
  }

  post(typed, token) {
    const body = new URLSearchParams(typed);
    body.set("client_id", this.key);
    body.set("version", this.field("version").value);
    body.set("csrfmiddlewaretoken", token || this.field("csrfmiddlewaretoken").value);
    const headers = { Accept: "application/json" };
    const signal = AbortSignal.timeout(PATIENCE);
    return fetch(this.form.action, { method: "POST", body, headers, signal, redirect: "manual" });
  }

  async answered(response, typed) {
    if (response.status === 403) response = await this.withFreshToken(response, typed);
    const { status } = response;
    const answer = [200, 400, 409].includes(status) ? await response.json() : null;
    if (answer || response.type === "opaqueredirect" || [403, 404].includes(status)) {
      this.pending = null;
    }
    this.keep();
    if (response.type === "opaqueredirect") return this.sayUnsent(say.saySignedOut);
    if (status === 200) return this.confirmed(answer, typed);
    if (status === 409) return this.ask(answer);
    if (status === 400) return answer.isGone ? this.askGone(answer) : this.refused(answer.message);
    if (this.isOther) return this.sayUnsent(say.sayOther);
    if ([403, 404].includes(status)) return this.sayUnsent(say.sayDenied);
    this.sayUnsent(say.sayFailed);
    this.again();
  }

  // Whoever signed in again in another tab has another token; the page itself tells it.
  async withFreshToken(response, typed) {
    const page = await fetch(location.href, { redirect: "manual" });
    if (page.status !== 200) return response;
    const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
    const field = parsed.querySelector("#minutes [name=csrfmiddlewaretoken]");
    if (!field) return response;
    this.isOther = parsed.getElementById("minutes").dataset.user !== say.user;
    if (this.isOther) return response;
    for (const old of document.getElementsByName("csrfmiddlewaretoken")) old.value = field.value;
    return this.post(typed, field.value);
  }

  confirmed(answer, typed) {
    const isNew = this.version() === "0";
    this.field("version").value = answer.version;
    this.sent = typed;
    this.wait = PAUSE;
    this.tellError("");
    this.keep();
    if (this.isUnsent()) {
      this.say(say.sayUnsaved, "no");
      this.later(PAUSE);
    } else {
      this.say(say.saySaved.replace("TIME", answer.at), "yes");
    }
    this.offer(answer.more);
    if (isNew) {
      this.form.id = `entry-${answer.id}`;
      blankAtTheEnd();
    }
  }

  // What may be done with an entry once it is saved, drawn by the server.
  offer(more) {
    const place = this.form.querySelector(".entry-more");
    if (place && place.contains(document.activeElement)) return;
    if (place) place.remove();
    this.form.querySelector(".entry-foot").insertAdjacentHTML("beforeend", more);
  }

  refused(text) {
    this.say(say.sayUnsaved, "no");
    this.tellError(text);
  }

  tellError(text) {
    let place = this.form.querySelector("[data-error]");
    if (!place && !text) return;
    if (!place) {
      place = document.createElement("p");
      place.className = "msg msg-err";
      place.dataset.error = "";
      place.setAttribute("role", "alert");
      this.field("text").parentElement.after(place);
    }
    place.textContent = text;
    place.hidden = !text;
  }

  // A question beside the text; nothing is sent until one of the answers is chosen.
  question(name, message, quoted, answers) {
    this.isAsking = true;
    this.say(say.sayUnsaved, "no");
    const box = document.createElement("div");
    box.className = "msg msg-warn";
    box.setAttribute("role", "alert");
    box.dataset[name] = "";
    const told = document.createElement("p");
    told.textContent = message;
    box.append(told);
    if (quoted) {
      const quote = document.createElement("blockquote");
      quote.className = "theirs";
      quote.textContent = quoted;
      box.append(quote);
    }
    const row = document.createElement("p");
    row.className = "btn-row";
    for (const [words, act] of answers) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = words;
      button.addEventListener("click", () => {
        box.remove();
        this.isAsking = false;
        act();
      });
      row.append(button);
    }
    box.append(row);
    this.field("text").parentElement.after(box);
  }

  // Somebody else wrote to this entry: both texts stand until one is chosen.
  ask({ message, theirs }) {
    const take = () => {
      this.field("version").value = theirs.version;
      this.sent = theirs;
      this.field("text").focus();
    };
    this.question("conflict", message, this.differing(theirs), [
      [say.sayMine, () => (take(), this.keep(), this.send())],
      [say.sayTheirs, () => (take(), this.show(theirs), this.keep(), this.say("", "yes"))],
    ]);
  }

  // What the other entry says where it differs, each by its label; and its text.
  differing(theirs) {
    const said = [];
    for (const name of FIELDS.slice(0, -1)) {
      const field = this.field(name);
      if (theirs[name] === field.value) continue;
      const option = [...(field.options || [])].find((one) => one.value === theirs[name]);
      const label = field.parentElement.querySelector("span").textContent;
      said.push(`${label}: ${option ? option.text : theirs[name] || "–"}`);
    }
    return [...said, theirs.text].join("\n");
  }

  // Somebody deleted this entry: what was typed becomes another one, or is given up.
  askGone({ message }) {
    this.question("gone", message, "", [
      [say.sayAsNew, () => this.becomeNew()],
      [say.sayLetGo, () => this.letGo()],
    ]);
  }

  letGo() {
    shelf.take(this.key);
    entries.delete(this.key);
    this.form.remove();
    blankAtTheEnd().field("text").focus();
  }

  becomeNew() {
    const typed = this.typed();
    this.letGo();
    const last = blankAtTheEnd();
    last.show(typed);
    last.keep();
    last.send();
    last.field("text").focus();
  }

  // The button "Save" saves as typing does; the arrows move the entry, saved first.
  submitted(event) {
    event.preventDefault();
    const button = event.submitter;
    if (button && button.name === "direction") return this.move(button.value);
    this.send();
  }

  pressed(event) {
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      this.send();
      blankAtTheEnd().field("text").focus();
    }
    const directions = { ArrowUp: "up", ArrowDown: "down" };
    if (event.altKey && event.key in directions) {
      event.preventDefault();
      this.move(directions[event.key]);
    }
  }

  // What is typed by now is sent, and answered.
  async settle() {
    await this.exchange;
    this.send();
    await this.exchange;
  }

  async move(direction) {
    await this.settle();
    if (this.isUnsent() || this.version() === "0") return;
    const body = new URLSearchParams({ direction });
    body.set("csrfmiddlewaretoken", this.field("csrfmiddlewaretoken").value);
    const headers = { Accept: "application/json" };
    const address = this.form.querySelector("[data-move]").dataset.move;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const options = { method: "POST", body, headers, signal, redirect: "manual" };
      const { order } = await (await fetch(address, options)).json();
      this.putAt(order);
    } catch {
      this.say(say.sayNotMoved, "no");
    }
  }

  // The place that the entry has in this order of all, whoever has the focus.
  putAt(order) {
    const here = order.indexOf(Number(this.form.id.replace("entry-", "")));
    const later = order.slice(here + 1).map((id) => document.getElementById(`entry-${id}`));
    const focused = document.activeElement;
    const blanks = [...minutes.children].filter((form) => !form.id);
    minutes.insertBefore(this.form, later.find(Boolean) || blanks[0] || null);
    focused.focus({ preventScroll: true });
    this.form.scrollIntoView({ block: "nearest" });
  }
}

const entries = new Map();

function take(form) {
  const entry = new Entry(form);
  entries.set(entry.key, entry);
  return entry;
}

// The blank entry at the end; a new one where the last is in use.
function blankAtTheEnd() {
  const last = minutes.lastElementChild && entries.get(minutes.lastElementChild.dataset.entry);
  if (!last) return blank(newKey(), {});
  if (last.version() === "0" && !last.field("text").value.trim() && !last.pending) return last;
  return blank(newKey(), { kind: last.field("kind").value, speaker: last.field("speaker").value });
}

function blank(key, typed) {
  const copy = document.getElementById("blank-entry").content.cloneNode(true);
  const form = copy.querySelector("form");
  form.dataset.entry = key;
  form.elements.client_id.value = key;
  minutes.append(copy);
  const entry = take(form);
  entry.show(typed);
  entry.sent = { ...entry.typed(), text: "" };
  return entry;
}

// What an earlier visit could not send: shown, and sent.
function restore() {
  for (const [key, typed] of Object.entries(shelf.all())) {
    const entry = entries.get(key) || blank(key, {});
    const { version, pending, ...fields } = typed;
    entry.show(fields);
    // What the page shows already needs no sending; what was sent over nothing is sent again.
    entry.pending = entry.isUnsent() ? pending : null;
    if (!entry.isUnsent()) {
      shelf.take(key);
      continue;
    }
    entry.field("version").value = version;
    entry.isKept = true;
    entry.say(say.sayRestored, "no");
    entry.later(0);
  }
  if (entries.size) blankAtTheEnd();
}

for (const form of [...minutes.querySelectorAll("form.entry")]) take(form);
restore();

// Whoever turns to another item of the session has saved this one's first; what could not be sent
// stays on this machine, and is sent from there.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[rel=prev], a[rel=next], a[rel=up], .scr-row a");
  const unsent = [...entries.values()].filter((entry) => entry.isUnsent());
  if (!link || !unsent.length) return;
  event.preventDefault();
  await Promise.all(unsent.map((entry) => entry.settle()));
  location.assign(link.href);
});

// The line is back, or the person from signing in again in another tab.
for (const name of ["online", "focus"]) {
  addEventListener(name, () => {
    for (const entry of entries.values()) if (entry.isUnsent()) entry.later(0);
  });
}

addEventListener("beforeunload", (event) => {
  if (![...entries.values()].some((entry) => entry.isUnsent())) return;
  event.preventDefault();
  // Chrome asks for this one before 119.
  event.returnValue = true;
});
