// Puts the number of what waits beside "To do" in the menu; without it, the page tells as much.
const place = document.querySelector("nav a[data-count]");
if (place) {
  const answer = await fetch(place.dataset.count, { headers: { "HX-Request": "true" } });
  const number = answer.ok ? await answer.text() : "0";
  if (/^[1-9]\d*\+?$/.test(number)) {
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = number;
    place.append(mark);
  }
}
