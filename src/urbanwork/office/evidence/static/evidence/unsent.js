// The page of what is not sent yet: each draft with its files, what became of it, and what to do.
import { all, changed, isEmpty, remove } from "./drafts.js";
import { sendAll } from "./sending.js";
import { say, size, stateOf } from "./words.js";

const list = document.getElementById("drafts");
const person = document.getElementById("unsent").dataset.person;

function text(tag, words, kind = "") {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = words;
  return made;
}

function button(words, act) {
  const made = text("button", words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function stateOfDraft(draft) {
  if (draft.state === "waiting") return say("waiting to be sent", "等待发送");
  if (draft.state === "refused") return draft.fault;
  return say("begun, not sent", "未完成，未发送");
}

function shown(draft) {
  const item = document.createElement("li");
  item.append(text("h2", draft.title), text("p", draft.text), text("p", stateOfDraft(draft), "how"));
  for (const file of draft.files) item.append(text("p", `${file.name} · ${size(file.size)} · ${stateOf(file, draft)}`, "how"));
  if (draft.person === person || !person) item.append(actions(draft));
  else item.append(text("p", say("Written by somebody else on this device.", "由他人在本设备上填写。"), "how"));
  return item;
}

function actions(draft) {
  const row = text("p", "", "actions");
  const open = text("a", say("Open", "打开"), "button");
  open.href = draft.page;
  if (draft.state === "waiting") row.append(button(say("Send now", "立即发送"), () => sendAll(person)));
  row.append(open, deleting(draft));
  return row;
}

// Two steps: what is deleted here is nowhere else.
function deleting(draft) {
  const made = button(say("Delete", "删除"), () => {
    if (made.dataset.sure) return remove(draft);
    made.dataset.sure = "1";
    made.textContent = say("Delete for good?", "确认删除？");
    return null;
  });
  return made;
}

async function show() {
  const drafts = (await all()).filter((each) => each.state !== "writing" || !isEmpty(each));
  list.replaceChildren(...drafts.map(shown));
  document.getElementById("no-drafts").hidden = drafts.length > 0;
}

changed.addEventListener("change", show);
show();
