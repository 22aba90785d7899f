// Sends what waits: each file in pieces, then the report that names them. Keys make sure that what
// is sent twice, because an answer was lost, is stored once.
import { all, blobOf, change, one, remove } from "./drafts.js";
import { say } from "./words.js";

const PIECE = 512 * 1024;

// The office says no: sending again would not help.
class Refused extends Error {}
// It cannot be sent now: no connection, signed out, or trouble over there.
class Later extends Error {}

// Sends all that a person has waiting, one after the other, in one tab at a time.
// Resolves to the reason why something still waits, "" where nothing does.
export async function sendAll(person) {
  if (!navigator.locks) return send(person);
  return navigator.locks.request("urbanwork-sending", () => send(person));
}

async function send(person) {
  for (const draft of await all()) {
    if (draft.person !== person || draft.state !== "waiting") continue;
    try {
      await sendOne(draft.id);
    } catch (fault) {
      if (fault instanceof Later) return fault.message;
      if (!(fault instanceof Refused)) throw fault;
      await change(draft.id, (each) => Object.assign(each, { state: "refused", fault: fault.message }));
    }
  }
  return "";
}

async function sendOne(id) {
  const draft = await one(id);
  if (!draft || draft.state !== "waiting") return;
  for (const file of draft.files) if (!file.evidence) await sendFile(draft, file);
  const now = await one(id);
  const form = new FormData();
  for (const name of ["action", "text", "percent", "person"]) form.append(name, now[name] ?? "");
  form.append("key", now.id);
  for (const each of [...now.chosen, ...now.files.map((file) => file.evidence)]) form.append("evidence", each);
  await ask(now.page, { method: "POST", body: form });
  await remove(now);
}

async function sendFile(draft, file) {
  const note = (facts) =>
    change(draft.id, (each) => Object.assign(each.files.find((one) => one.key === file.key), facts));
  const blob = await blobOf(file.key);
  let at = file.upload ? await state(file.upload) : null;
  at ??= await begin(draft, file);
  try {
    while (!at.evidence) {
      if (at.fault) throw new Refused(at.fault);
      await note({ upload: at.url, offset: at.offset });
      at = await ask(at.url, {
        method: "PATCH",
        headers: { "Upload-Offset": String(at.offset), "Content-Type": "application/offset+octet-stream" },
        body: blob.slice(at.offset, at.offset + PIECE),
      });
    }
  } catch (fault) {
    if (fault instanceof Refused) await note({ fault: fault.message });
    throw fault;
  }
  await note({ upload: at.url, offset: file.size, evidence: at.evidence });
}

async function begin(draft, file) {
  const form = new FormData();
  const { longitude = "", latitude = "" } = draft.position ?? {};
  const facts = { ...file, task: draft.task, person: draft.person, longitude, latitude };
  for (const name of ["task", "person", "key", "name", "size", "sha256", "longitude", "latitude"]) {
    form.append(name, facts[name] ?? "");
  }
  return ask("/uploads/", { method: "POST", body: form });
}

// What has come of a file; null where the office no longer knows of it.
async function state(url) {
  try {
    return await ask(url, { method: "GET" });
  } catch (fault) {
    if (fault instanceof Refused) return null;
    throw fault;
  }
}

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, {
      ...options,
      redirect: "manual",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": token(), ...options.headers },
    });
  } catch (fault) {
    throw new Later(say("No connection: it is kept on this device and sent later.", "没有连接：已保存在本设备，稍后发送。"));
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    throw new Later(say("Sign in to send what is kept on this device.", "内容已保存在本设备，请登录后发送。"));
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok || (answer.status === 409 && body.url)) return body;
  const told = body.fault ?? say("The office did not take it", "系统未接收") + ` (${answer.status})`;
  throw answer.status >= 500 || answer.status === 429 ? new Later(told) : new Refused(told);
}

// The token as it is now: the one in a page that was kept may be old.
function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}
