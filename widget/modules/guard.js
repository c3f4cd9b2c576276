/* Shows the screen for browsers that cannot run the panel. Written for those browsers: no module, no new syntax. */
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

  // Fired by mount.js where a module could not be parsed or made.
  document.addEventListener('module-failed', showUnsupported);
  if (!('noModule' in document.createElement('script')) || !window.WebSocket || !window.Promise) showUnsupported();
})();
