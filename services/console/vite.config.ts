import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where the API listens when the console is developed on its own (`vite`). */
const API_ADDRESS = "http://127.0.0.1:8080";

/**
 * nhsuk-frontend's compiled CSS loads Frutiger from a public host and its icons from `/assets`. Chesil talks to no other
 * host and serves its own assets, so the fonts go (Arial takes over, as the design system intends) and the icons are
 * found beside the stylesheet.
 */
function nhsStylesWithoutHosts(): Plugin {
  return {
    name: "nhs-styles-without-hosts",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("nhsuk-frontend.min.css")) return null;
      const local = code
        .replace(/@font-face\s*\{[^}]*\}/g, "")
        .replace(/\/\*# sourceMappingURL=.*?\*\//, "")
        .replaceAll("/assets/images/", "./assets/images/");
      return { code: local, map: null };
    },
  };
}

export default defineConfig({
  base: "/",
  plugins: [nhsStylesWithoutHosts(), react()],
  build: {
    outDir: "dist",
    // Nothing inlined as data: URIs, no inline script: `default-src 'self'` holds for every asset.
    assetsInlineLimit: 0,
    // The design system's stylesheet comes minified, with hacks for old browsers that a minifier refuses to parse.
    cssMinify: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": API_ADDRESS } },
});
