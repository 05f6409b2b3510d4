/* The arrow keys (and those of a clicker) turn to the item before or after, but where one types. */
(function () {
  "use strict";
  var ways = { ArrowLeft: "prev", PageUp: "prev", ArrowRight: "next", PageDown: "next" };
  document.addEventListener("keydown", function (event) {
    if (event.target.closest("input, select, textarea")) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var link = ways[event.key] && document.querySelector('a[rel="' + ways[event.key] + '"]');
    if (link) {
      event.preventDefault();
      link.click();
    }
  });
})();
