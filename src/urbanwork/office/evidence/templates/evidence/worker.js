{% load static %}// Opens pages of tasks without a connection. Pages put themselves into the store of their reader
// (everywhere.js); this script only answers from it where the network does not.
"use strict";
const SHELL = "shell";
const UNSENT = "{% url 'unsent' %}";
const FILES = [
  "{% static 'tokens.css' %}", "{% static 'office/office.css' %}", "{% static 'evidence/evidence.css' %}",
  "{% static 'evidence/unsent.css' %}",
  "{% static 'office/office.js' %}", "{% static 'evidence/everywhere.js' %}",
  "{% static 'evidence/drafts.js' %}", "{% static 'evidence/words.js' %}",
  "{% static 'evidence/sending.js' %}", "{% static 'evidence/shrinking.js' %}",
  "{% static 'evidence/report.js' %}", "{% static 'evidence/unsent.js' %}",
];

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("{% get_static_prefix %}")) event.respondWith(file(request));
});

async function install() {
  await caches.delete(SHELL); // that of an older version
  const shell = await caches.open(SHELL);
  await shell.addAll(FILES);
  await self.skipWaiting();
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (fault) {
    const ignoreSearch = new URL(request.url).pathname.endsWith("/report/"); // ?action= alone differs
    const kept = await caches.match(request, { ignoreVary: true, ignoreSearch });
    return kept ?? (await caches.match(UNSENT, { ignoreVary: true })) ?? Response.error();
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (fault) {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}
