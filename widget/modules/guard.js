/* Shows the screen for browsers that cannot run the panel, and keeps a press that came before the panel was ready.
   Written for old browsers: no module, no new syntax. */
(function () {
  'use strict';

  function showUnsupported() {
    var sections = document.querySelectorAll('section[data-screen]');
    for (var i = 0; i < sections.length; i += 1) {
      if (sections[i].getAttribute('data-screen') === 'unsupported') sections[i].removeAttribute('hidden');
      else sections[i].setAttribute('hidden', '');
    }
    document.body.setAttribute('data-screen', 'unsupported');
  }

  /** @type {HTMLButtonElement | null} */
  var early = null;

  function isReady() {
    return document.body.getAttribute('data-module-state') === 'ready';
  }

  document.addEventListener('click', function (event) {
    var target = /** @type {Element} */ (event.target);
    var button = target.closest ? target.closest('button[data-action]') : null;
    if (button && !isReady()) early = /** @type {HTMLButtonElement} */ (button);
  }, true);

  if (window.MutationObserver) {
    var watcher = new MutationObserver(function () {
      if (!isReady()) return;
      watcher.disconnect();
      if (early) early.click();
    });
    watcher.observe(document.body, { attributes: true, attributeFilter: ['data-module-state'] });
  }

  // Fired by mount.js where a module could not be parsed or made.
  document.addEventListener('module-failed', showUnsupported);
  if (!('noModule' in document.createElement('script')) || !window.WebSocket || !window.Promise) showUnsupported();
})();
