// A choice that is searched for has the name of its field, for who hears the page.
"use strict";
{
  const name = (root) => {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
      const label = select.getAttribute("aria-label") || (select.labels[0] || select).textContent.trim();
      const drawn = select.nextElementSibling;
      if (!drawn) continue;
      for (const part of drawn.querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field")) {
        part.setAttribute("aria-label", label);
      }
      // Among the chosen it is no item of their list; each of them is taken out by itself.
      for (const clear of drawn.querySelectorAll("ul > .select2-selection__clear")) clear.remove();
    }
  };
  // After the scripts that draw them, which wait for the same.
  if (window.django && django.jQuery) django.jQuery(() => setTimeout(() => name(document)));
  document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
}
