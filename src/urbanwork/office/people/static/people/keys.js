// Says so where a security key did not answer; the script of the library only throws.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const note of document.querySelectorAll("[data-key-fault]")) note.hidden = false;
});
