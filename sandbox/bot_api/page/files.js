// Lets the person choose a file of the device and reads it into the form in which the server takes it.

import { element } from "./element.js";
import { note } from "./notices.js";

const MOST = 10 << 20;

/** Opens the device's own choice of files of those kinds; `chosen({content, name, mime, size})` gets it, its bytes as base64. */
export function pickFile(accept, chosen) {
  const field = element("input", { type: "file", accept, hidden: true });
  field.addEventListener("change", () => {
    field.remove();
    if (field.files.length) read(field.files[0], chosen);
  });
  field.addEventListener("cancel", () => field.remove());
  document.body.append(field);
  field.click();
}

async function read(file, chosen) {
  if (file.size === 0) note("This file is empty.");
  else if (file.size > MOST) note("The page sends files up to 10 MB.");
  else {
    const content = await base64(file).catch(() => note("This file cannot be read."));
    if (content) chosen({ content, name: file.name, mime: file.type || "application/octet-stream", size: file.size });
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
