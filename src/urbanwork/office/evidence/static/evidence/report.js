// The form for reports: all that is written and chosen is kept on the device at once, sent when
// there is a connection, and removed when the office has confirmed it.
import { addFile, all, blobOf, change, changed, isEmpty, keep, newKey, one, removeFile } from "./drafts.js";
import { sendAll } from "./sending.js";
import { shrunk } from "./shrinking.js";
import { say, size, stateOf } from "./words.js";

const form = document.getElementById("report");
const list = document.getElementById("chosen");
const said = document.getElementById("state");
const where = document.getElementById("position");
const fullSize = document.getElementById("full-size");
const pictures = new Map();
let id = "";

function written() {
  const fields = new FormData(form);
  return {
    action: fields.get("action") ?? "",
    text: fields.get("text").trim(),
    percent: fields.get("percent"),
    chosen: fields.getAll("evidence"),
  };
}

function blank() {
  const { task, title, person, after } = form.dataset;
  const page = location.pathname;
  const made = new Date().toISOString();
  return { id: newKey(), person, task, title, page, after, made, state: "writing", fault: "", position: null, files: [], ...written() };
}

async function mine() {
  const { task, person } = form.dataset;
  return (await all()).find((draft) => draft.task === task && draft.person === person && draft.state !== "waiting");
}

function fill(draft) {
  form.elements.text.value = draft.text;
  form.elements.percent.value = draft.percent;
  for (const each of form.querySelectorAll("[name=action]")) each.checked = each.value === draft.action || each.checked;
  for (const each of form.querySelectorAll("[name=evidence]")) each.checked = draft.chosen.includes(each.value);
  document.getElementById("with-position").checked = Boolean(draft.position);
  said.textContent = draft.fault || say("What you wrote before was kept on this device.", "此前填写的内容已保存在本设备。");
}

async function show() {
  const draft = await one(id);
  list.replaceChildren(...(draft ? await Promise.all(draft.files.map((file) => line(file, draft))) : []));
}

async function line(file, draft) {
  const item = document.createElement("li");
  item.append(await picture(file), about(file, draft), draft.state === "waiting" ? "" : remover(file));
  return item;
}

async function picture(file) {
  if (!file.isPicture) {
    const paper = document.createElement("span");
    paper.className = "paper";
    paper.textContent = file.name.split(".").pop().toUpperCase();
    return paper;
  }
  if (!pictures.has(file.key)) pictures.set(file.key, URL.createObjectURL(await blobOf(file.key)));
  const image = new Image(72, 54);
  image.alt = "";
  image.src = pictures.get(file.key);
  return image;
}

function about(file, draft) {
  const box = document.createElement("div");
  const name = document.createElement("p");
  name.className = "name";
  name.textContent = file.name;
  const how = document.createElement("p");
  how.className = file.evidence ? "how sent" : "how";
  how.textContent = `${size(file.size)} · ${stateOf(file, draft)}`;
  box.append(name, how);
  return box;
}

function remover(file) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = say("Remove", "移除");
  button.setAttribute("aria-label", `${button.textContent} ${file.name}`);
  button.addEventListener("click", () => removeFile(id, file.key));
  return button;
}

async function take(input) {
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    const blob = fullSize.checked ? file : await shrunk(file);
    const isPicture = /^image\//.test(blob.type);
    const name = blob === file ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg";
    const facts = { key: newKey(), name, size: blob.size, sha256: await digest(blob), isPicture };
    await addFile(id, { ...facts, upload: "", offset: 0, evidence: "", fault: "" }, blob);
  }
}

async function digest(blob) {
  if (!crypto.subtle) return "";
  const taken = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(taken), (each) => each.toString(16).padStart(2, "0")).join("");
}

async function addPosition(event) {
  if (!event.target.checked) {
    where.textContent = "";
    return change(id, (draft) => Object.assign(draft, { position: null }));
  }
  where.textContent = say("Looking for the position …", "正在定位……");
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      const { longitude, latitude, accuracy } = coords;
      await change(id, (draft) => Object.assign(draft, { position: { longitude, latitude } }));
      where.textContent = `${latitude.toFixed(5)}, ${longitude.toFixed(5)} (± ${Math.round(accuracy)} m)`;
    },
    () => {
      event.target.checked = false;
      where.textContent = say("The device gives no position.", "设备未提供位置。");
    },
  );
}

async function send(event) {
  event.preventDefault();
  const facts = written();
  const draft = await one(id);
  const isNothing = facts.action === "add" ? !draft.files.length && !facts.chosen.length : isEmpty({ ...draft, ...facts });
  if (isNothing) {
    said.textContent = say("Write something, or choose a file.", "请填写内容或选择文件。");
    return;
  }
  form.querySelector("button.first").disabled = true;
  await change(id, (each) => {
    Object.assign(each, facts, { state: "waiting", fault: "" });
    for (const file of each.files) file.fault = "";
  });
  said.textContent = say("Sending …", "正在发送……");
  await sent(await sendAll(form.dataset.person));
}

async function sent(reason) {
  const draft = await one(id);
  if (!draft) {
    location.assign(form.dataset.after);
    return;
  }
  said.textContent = draft.fault || reason;
  form.querySelector("button.first").disabled = draft.state === "waiting";
}

let saving;
function save() {
  clearTimeout(saving);
  saving = setTimeout(() => change(id, (draft) => draft.state === "waiting" || Object.assign(draft, written())), 200);
}

async function begin() {
  const draft = (await mine()) ?? blank();
  id = draft.id;
  if (!isEmpty(draft) && draft.made) fill(draft);
  draft.state = "writing";
  await keep(draft);
  for (const each of form.querySelectorAll(".only-script")) each.hidden = false;
  const files = document.getElementById("files");
  files.classList.add("visually-hidden");
  document.getElementById("choose").append(files);
  form.addEventListener("submit", send);
  form.addEventListener("input", save);
  for (const name of ["files", "camera"]) {
    document.getElementById(name).addEventListener("change", (event) => take(event.target));
  }
  document.getElementById("with-position").addEventListener("change", addPosition);
  changed.addEventListener("change", async () => {
    await show();
    const now = await one(id);
    if (!now || (now.state === "refused" && !said.textContent.includes(now.fault))) await sent("");
  });
  await show();
}

begin();
