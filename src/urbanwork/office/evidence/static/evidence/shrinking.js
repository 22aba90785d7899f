// Photos are made smaller on the device: a tenth of the bytes over a poor connection. What the
// camera wrote about time and place goes along; the office reads it and takes it out.
const LONGEST = 1280;
const QUALITY = 0.85;
const HEAD = 256 * 1024;

// The photo as it is sent: a smaller JPEG, or the file itself where that is small or no photo.
export async function shrunk(file) {
  if (!/^image\/(jpeg|heic|heif|webp)$/.test(file.type)) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (fault) {
    return file;
  }
  const share = LONGEST / Math.max(bitmap.width, bitmap.height);
  if (share >= 1 && file.type === "image/jpeg") return file;
  const smaller = await drawn(bitmap, Math.min(1, share));
  return withHead(smaller, await exifOf(file));
}

async function drawn(bitmap, share) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * share);
  canvas.height = Math.round(bitmap.height * share);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

function withHead(jpeg, exif) {
  const parts = exif ? [jpeg.slice(0, 2), exif, jpeg.slice(2)] : [jpeg];
  return new Blob(parts, { type: "image/jpeg" });
}

// The segment of a JPEG in which the camera wrote, marked as upright; null where there is none.
async function exifOf(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const view = new DataView(bytes.buffer);
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; ) {
    const length = view.getUint16(at + 2);
    const isExif = bytes[at + 1] === 0xe1 && length > 16 && view.getUint32(at + 4) === 0x45786966;
    if (isExif && at + 2 + length <= bytes.length) return upright(bytes.slice(at, at + 2 + length));
    at += 2 + length;
  }
  return null;
}

function upright(segment) {
  const view = new DataView(segment.buffer);
  const little = view.getUint16(10) === 0x4949;
  const first = 10 + view.getUint32(14, little);
  if (first + 2 > segment.length) return segment;
  const count = view.getUint16(first, little);
  for (let entry = first + 2; entry < first + 2 + 12 * count && entry + 12 <= segment.length; entry += 12) {
    if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
  }
  return segment;
}
