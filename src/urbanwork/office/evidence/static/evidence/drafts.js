// What is written on this device and not confirmed yet: drafts, and the files that belong to them.
// A draft: {id, person, task, title, page, after, action, text, percent, chosen, position, state,
// fault, made, files: [{key, name, size, sha256, upload, offset, evidence, fault}]}.
// Its state is "writing", "waiting" to be sent, or "refused" with a fault; sent drafts are removed.
const NAME = "urbanwork";
const DRAFTS = "drafts";
const BLOBS = "blobs";

export const changed = new EventTarget();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("urbanwork-drafts") : null;
if (channel) channel.onmessage = () => changed.dispatchEvent(new Event("change"));

function tell() {
  changed.dispatchEvent(new Event("change"));
  if (channel) channel.postMessage("change");
}

let opening;
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(DRAFTS, { keyPath: "id" });
      request.result.createObjectStore(BLOBS);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Runs `work(drafts, blobs)` in one transaction; resolves when it is on disk, with the result of
// the request that `work` returns.
async function within(mode, work) {
  const open = await database();
  return new Promise((resolve, reject) => {
    const transaction = open.transaction([DRAFTS, BLOBS], mode, { durability: "strict" });
    const request = work(transaction.objectStore(DRAFTS), transaction.objectStore(BLOBS));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const all = () => within("readonly", (drafts) => drafts.getAll());
export const one = (id) => within("readonly", (drafts) => drafts.get(id));
export const blobOf = (key) => within("readonly", (drafts, blobs) => blobs.get(key));

export async function keep(draft) {
  await within("readwrite", (drafts) => drafts.put(draft));
  tell();
}

// Changes a draft as it is now, so that what another tab wrote is not lost.
export async function change(id, edit) {
  await within("readwrite", (drafts) => {
    const request = drafts.get(id);
    request.onsuccess = () => {
      if (!request.result) return;
      edit(request.result);
      drafts.put(request.result);
    };
  });
  tell();
}

export async function addFile(id, file, blob) {
  await within("readwrite", (drafts, blobs) => {
    const request = drafts.get(id);
    request.onsuccess = () => {
      blobs.put(blob, file.key);
      request.result.files.push(file);
      drafts.put(request.result);
    };
  });
  tell();
}

export async function removeFile(id, key) {
  await within("readwrite", (drafts, blobs) => {
    const request = drafts.get(id);
    request.onsuccess = () => {
      blobs.delete(key);
      request.result.files = request.result.files.filter((each) => each.key !== key);
      drafts.put(request.result);
    };
  });
  tell();
}

export async function remove(draft) {
  await within("readwrite", (drafts, blobs) => {
    for (const file of draft.files) blobs.delete(file.key);
    drafts.delete(draft.id);
  });
  tell();
}

// A key that nobody else has; `randomUUID` is there in secure contexts only.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

export const isEmpty = (draft) =>
  !draft.text && !draft.percent && !draft.files.length && !draft.chosen.length;
