// Everything works without this file; it only spares a step.
"use strict";

// Shows `text` where the page has a place for it, else at the head of the page, where it is read out.
function tell(text, place) {
  if (!place) {
    place = document.createElement("p");
    place.className = "msg";
    place.setAttribute("role", "alert");
    document.getElementById("messages").append(place);
  }
  place.textContent = text;
}

// Marks the text of `source`, and copies it where the browser lets a page do so without https.
function copyMarked(source) {
  const folded = source.closest("details");
  if (folded) folded.open = true;
  window.getSelection().selectAllChildren(source);
  return document.execCommand("copy");
}

async function copyText(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    return copyMarked(source);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    const copied = await copyText(document.querySelector(button.dataset.copy));
    const { sayCopied, sayByHand } = document.body.dataset;
    tell(copied ? sayCopied : sayByHand, button.parentElement.querySelector("[data-copied]"));
  }
  for (const menu of document.querySelectorAll("details.own[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A form on its way is not sent again until its page is shown anew, also by going back; or until
// nothing came of it for so long that somebody may have stopped it.
const ON_THE_WAY_FOR = 20000;
const onTheWay = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (onTheWay.has(form)) return event.preventDefault();
  onTheWay.add(form);
  // Said to be out of use, not disabled: a form's button is sent with it.
  for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  setTimeout(arrived, ON_THE_WAY_FOR, form);
});

window.addEventListener("pageshow", () => onTheWay.forEach(arrived));

function buttonsOf(form) {
  return form.querySelectorAll("button:not([type=button])");
}

function arrived(form) {
  onTheWay.delete(form);
  for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
}

// A matrix too long for a link in each cell: the row's link, and the cell's number, make its address.
document.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-leads=cells] td[data-result]");
  const link = cell && cell.parentElement.querySelector("th a");
  if (link) location.assign(`${link.pathname}criteria/${cell.dataset.criterion}/${link.search}`);
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.own[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Which of a commune's criteria are shown before anybody chose, as the style sheet shows them.
const shown = document.querySelector("#criteria .seg:not(:has(:checked))");
if (shown) {
  const isPhone = matchMedia("(max-width: 991.98px)").matches;
  shown.querySelector(isPhone ? "#show-open" : "#show-all").checked = true;
}

// A fold is open on paper, but one of what is left out there.
let unfolded = [];

addEventListener("beforeprint", () => {
  const shut = [...document.querySelectorAll("main details:not([open])")];
  unfolded = shut.filter((fold) => !fold.closest(".not-paper"));
  for (const fold of unfolded) fold.open = true;
});

addEventListener("afterprint", () => {
  for (const fold of unfolded) fold.open = false;
});
