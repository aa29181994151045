// The theme that was chosen, before anything is painted.
try {
  if (localStorage.gtodTheme) document.documentElement.dataset.theme = localStorage.gtodTheme;
} catch {
  // A browser that remembers nothing has the theme of its system.
}
