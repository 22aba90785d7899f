'use strict';
(() => {
  const root = document.documentElement;
  const buttons = [...document.querySelectorAll('[data-lang]')];

  function show(language) {
    root.lang = language === 'zh' ? 'zh-Hans' : 'en';
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.lang === language));
    for (const node of document.querySelectorAll('[data-en-aria-label]')) {
      node.setAttribute('aria-label', node.getAttribute(`data-${language}-aria-label`));
    }
    const title = document.querySelector('title');
    document.title = title.getAttribute(`data-${language}-data-title`);
  }

  const wanted = new URLSearchParams(location.hash.slice(1)).get('lang');
  root.classList.remove('no-js');
  if (wanted === 'en' || wanted === 'zh') show(wanted);
  for (const button of buttons) button.addEventListener('click', () => show(button.dataset.lang));
  document.getElementById('print').addEventListener('click', () => window.print());
  // A phone shows the courses first; the ranks are one touch away.
  if (matchMedia('(max-width: 860px)').matches) {
    for (const fold of document.querySelectorAll('.ranks-fold')) fold.open = false;
  }
  // Paper has nothing to click: what is folded opens for it and closes again.
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open], .unprinted)')];
    for (const fold of opened) fold.open = true;
  });
  window.addEventListener('afterprint', () => { for (const fold of opened) fold.open = false; });
  root.dataset.ready = '';
})();
