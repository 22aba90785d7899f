// On every page: what is not sent yet is shown and sent, and pages of tasks are kept for the time
// without a connection. Without this script all forms work; nothing is kept then.
import { all, changed, isEmpty } from "./drafts.js";
import { sendAll } from "./sending.js";
import { say } from "./words.js";

const AGAIN = 30_000;
const MOST_PAGES = 40;
const PAGES = "pages-";
const badge = document.getElementById("unsent");
const person = badge.dataset.person;

async function show() {
  const count = (await all()).filter((draft) => !person || draft.person === person).filter(counts).length;
  badge.hidden = !count || location.pathname === badge.pathname;
  badge.textContent = say(`${count} not sent yet`, `${count}项未发送`);
}

// What is being written on this very page does not count: it is in sight.
function counts(draft) {
  return draft.state !== "writing" || (!isEmpty(draft) && draft.page !== location.pathname);
}

async function sendWaiting() {
  if (person) await sendAll(person);
}

// Pages belong to their reader: those of others go when somebody signs in or out.
async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + person) await caches.delete(name);
  }
}

async function keepPages() {
  const marks = [...document.querySelectorAll("[data-offline]")];
  const pages = [badge.href];
  if (marks.length) pages.push(location.href, ...marks.map((each) => each.dataset.next).filter(Boolean));
  const kept = await caches.open(PAGES + person);
  const files = performance.getEntriesByType("resource").map((each) => each.name);
  const own = files.filter((name) => new URL(name).pathname.startsWith("/static/"));
  for (const address of new Set([...pages, ...own])) await keepOne(kept, address);
  const old = (await kept.keys()).filter((each) => !new URL(each.url).pathname.startsWith("/static/"));
  for (const each of old.slice(0, Math.max(0, old.length - MOST_PAGES))) await kept.delete(each);
}

async function keepOne(kept, address) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  await kept.delete(address);
  await kept.put(address, answer);
}

async function begin() {
  changed.addEventListener("change", show);
  await show();
  if ("caches" in window) await forgetOthers();
  if (person && "serviceWorker" in navigator) {
    await navigator.serviceWorker.register(badge.dataset.worker);
    if (navigator.onLine) await keepPages();
  }
}

window.addEventListener("online", sendWaiting);
document.addEventListener("visibilitychange", () => document.hidden || sendWaiting());
setInterval(sendWaiting, AGAIN);
sendWaiting();
begin();
