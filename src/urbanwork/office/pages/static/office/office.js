// What every page needs: nothing that a page could not do without.
for (const open of document.querySelectorAll("details.who")) {
  document.addEventListener("click", (event) => {
    if (!open.contains(event.target)) open.open = false;
  });
}
