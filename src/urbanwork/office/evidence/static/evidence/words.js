// Texts of scripts in the language of the page.
const isChinese = document.documentElement.lang.startsWith("zh");

export const say = (en, zh) => (isChinese ? zh : en);

export function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

// How far a file is, in words.
export function stateOf(file, draft) {
  if (file.fault) return file.fault;
  if (file.evidence) return say("sent", "已发送");
  if (draft.state !== "waiting") return say("kept on this device", "已保存在本设备");
  if (!file.offset) return say("waiting", "等待发送");
  return say("sending", "正在发送") + ` ${Math.floor((100 * file.offset) / file.size)} %`;
}
