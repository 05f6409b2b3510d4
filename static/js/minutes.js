// The minutes, saved as one types. Without this file each entry is a form with a button.
"use strict";

const minutes = document.getElementById("minutes");
const say = minutes.dataset;
const SHELF = `minutes-${say.session}-${say.user}`;
const FIELDS = ["kind", "speaker", "commune", "criterion", "theme", "text"];
const PAUSE = 800;
const LONGEST_WAIT = 30000;

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

  isUnsent() {
    const typed = this.typed();
    const isBlank = this.field("version").value === "0" && !typed.text.trim();
    return !isBlank && FIELDS.some((name) => typed[name] !== this.sent[name]);
  }

  say(text, kind) {
    this.state.textContent = text;
    this.form.dataset.saved = kind;
  }

  changed() {
    if (!this.isUnsent()) return;
    this.isKept = shelf.put(this.key, { ...this.typed(), version: this.field("version").value });
    this.say(say.sayUnsaved, "no");
    this.later(PAUSE);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  // One request at a time; what was typed meanwhile follows.
  async send() {
    clearTimeout(this.timer);
    if (this.isSending || this.isAsking || !this.isUnsent()) return;
    this.isSending = true;
    const typed = this.typed();
    this.say(say.saySaving, "no");
    try {
      await this.answered(await this.post(typed), typed);
    } catch {
      this.say(this.isKept ? say.sayOffline : say.sayOnlyHere, "offline");
      this.again();
    } finally {
      this.isSending = false;
    }
    if (this.form.dataset.saved === "yes" && this.isUnsent()) this.later(PAUSE);
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
    return fetch(this.form.action, { method: "POST", body, headers, redirect: "manual" });
  }

  async answered(response, typed) {
    if (response.type === "opaqueredirect") return this.say(say.saySignedOut, "no");
    if (response.status === 403) response = await this.withFreshToken(response, typed);
    if (response.status === 200) return this.confirmed(await response.json(), typed);
    if (response.status === 409) return this.ask(await response.json());
    if (response.status === 400) return this.refused((await response.json()).message);
    this.say(say.sayFailed, "no");
    this.again();
  }

  // Whoever signed in again in another tab has another token; the page itself tells it.
  async withFreshToken(response, typed) {
    const page = await fetch(location.href, { redirect: "manual" });
    if (page.status !== 200) return response;
    const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
    const field = parsed.querySelector("#minutes [name=csrfmiddlewaretoken]");
    if (!field) return response;
    for (const old of document.getElementsByName("csrfmiddlewaretoken")) old.value = field.value;
    return this.post(typed, field.value);
  }

  confirmed(answer, typed) {
    const isNew = this.field("version").value === "0";
    this.field("version").value = answer.version;
    this.sent = typed;
    this.wait = PAUSE;
    this.tellError("");
    if (this.isUnsent()) {
      shelf.put(this.key, { ...this.typed(), version: answer.version });
    } else {
      shelf.take(this.key);
    }
    this.say(say.saySaved.replace("TIME", answer.at), "yes");
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

  // Somebody else wrote to this entry: both texts stand until one is chosen.
  ask({ message, theirs }) {
    this.isAsking = true;
    this.say(say.sayUnsaved, "no");
    const box = document.createElement("div");
    box.className = "msg msg-warn";
    box.setAttribute("role", "alert");
    box.dataset.conflict = "";
    const told = document.createElement("p");
    told.textContent = message;
    const text = document.createElement("blockquote");
    text.className = "theirs";
    text.textContent = theirs.text;
    const choices = document.createElement("p");
    choices.className = "btn-row";
    const chosen = (isMine) => () => {
      box.remove();
      this.isAsking = false;
      this.field("version").value = theirs.version;
      this.sent = theirs;
      if (isMine) {
        shelf.put(this.key, { ...this.typed(), version: theirs.version });
        this.send();
      } else {
        this.show(theirs);
        shelf.take(this.key);
        this.say("", "yes");
      }
      this.field("text").focus();
    };
    for (const [name, isMine] of [[say.sayMine, true], [say.sayTheirs, false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = name;
      button.addEventListener("click", chosen(isMine));
      choices.append(button);
    }
    box.append(told, text, choices);
    this.field("text").parentElement.after(box);
  }

  // The button "Save" saves as typing does; those that move the entry leave the page.
  submitted(event) {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    event.preventDefault();
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
      const button = this.form.querySelector(`[value=${directions[event.key]}]`);
      event.preventDefault();
      if (button && !this.isUnsent()) button.click();
    }
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
  const last = entries.get(minutes.lastElementChild.dataset.entry);
  if (last.field("version").value === "0" && !last.field("text").value.trim()) return last;
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
    const { version, ...fields } = typed;
    entry.show(fields);
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

addEventListener("online", () => {
  for (const entry of entries.values()) if (entry.isUnsent()) entry.later(0);
});

addEventListener("beforeunload", (event) => {
  for (const entry of entries.values()) if (entry.isUnsent()) event.preventDefault();
});
