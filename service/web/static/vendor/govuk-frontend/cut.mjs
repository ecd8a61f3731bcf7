// After sass: no crest, no crown, no outside picture, and the last literal of the original brand colour becomes ours.
import { readFileSync, writeFileSync } from "node:fs";
const [source, target] = process.argv.slice(2);
let css = readFileSync(source, "utf8").replace(/^\uFEFF/, "");
const mark = "govuk-footer__(?:copyright-logo|crown)[^{}]*";
css = css.replace(new RegExp(`@(?:supports|media)[^{}]*\\{\\.${mark}\\{[^{}]*\\}\\}`, "g"), "");
css = css.replace(new RegExp(`\\.${mark}\\{[^{}]*\\}`, "g"), "");
css = css.replace(/#1d70b8/gi, "#6b2a57");
writeFileSync(target, css.trim() + "\n");
