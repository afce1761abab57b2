// Builds the static files: takes the design system's components that are used and our own styles, script and icons; makes them
// small, names each after its content, compresses it, and writes manifest.json for web::Assets.
//
//   node build_assets.mjs SOURCE TARGET
//
// SOURCE/package.json names the design system; its packages are fetched by `npm ci` when node_modules is not there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [source, target] = process.argv.slice(2);
if (!source || !target) throw new Error('usage: build_assets.mjs SOURCE TARGET');
const modules = join(source, 'node_modules/@digdir');
if (!existsSync(join(modules, 'designsystemet-css')))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: source, stdio: 'inherit' });

const components = ['alert', 'breadcrumbs', 'button', 'card', 'details', 'divider', 'error-summary', 'field', 'fieldset', 'heading', 'input',
  'label', 'link', 'list', 'paragraph', 'skip-link', 'table', 'tag', 'validation-message'];
const unusedColors = ['brand1', 'brand2'];

const smallCss = (css) => css
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/@charset "UTF-8";/g, '')
  .replace(/\s+/g, ' ')
  .replace(/ ?([{};,>]) ?/g, '$1')
  .replace(/: /g, ':')
  .replace(/;}/g, '}')
  .trim();
// Lines that are comments, indentation and empty lines; the rest stays as it was written.
const smallJs = (js) => js.split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('//'))
  .map((line) => line.replace(/ +\/\/ [^'"`]*$/, '').replace(/\/\* no text field \*\/ /, '')).join('\n');

// The theme without the colours and typography that no page uses, and without the schemes one cannot choose by hand: the page
// follows the system's.
const smallTheme = (css) => {
  let out = css.split('\n').filter((line) => !unusedColors.some((color) => line.includes(`--ds-color-${color}-`))).join('\n');
  const drop = (selector) => {
    for (let at = out.indexOf(selector); at >= 0; at = out.indexOf(selector)) {
      let depth = 0;
      let end = out.indexOf('{', at);
      do {
        if (out[end] === '{') depth += 1;
        if (out[end] === '}') depth -= 1;
        end += 1;
      } while (depth > 0);
      out = out.slice(0, at) + out.slice(end);
    }
  };
  for (const color of unusedColors) drop(`[data-color="${color}"], [data-color-scheme][data-color="${color}"]`);
  drop('[data-typography="secondary"]');
  drop('[data-color-scheme="dark"] {');
  drop('@media (prefers-color-scheme: light)');
  return out;
};

const designSystem = (name) => readFileSync(join(modules, 'designsystemet-css/dist/src', `${name}.css`), 'utf8');
const theme = readFileSync(join(modules, 'designsystemet-theme/src/themes/designsystemet.css'), 'utf8');
const own = (name) => readFileSync(join(source, name), 'utf8');
const css = smallCss([
  '@layer ds.theme,ds.base,ds.components;',
  smallTheme(theme),
  `@layer ds.base{${designSystem('base')}}`,
  ...components.map((name) => `@layer ds.components{${designSystem(name)}}`),
  own('theme.css'),
  own('alting.css'),
].join('\n'));

const files = [
  ['alting.css', 'text/css; charset=utf-8', Buffer.from(css)],
  ['alting.js', 'text/javascript; charset=utf-8', Buffer.from(smallJs(own('alting.js')))],
];
for (const name of readdirSync(source)) if (name.endsWith('.svg')) files.push([name, 'image/svg+xml', readFileSync(join(source, name))]);

const fresh = `${target}.new`;
rmSync(fresh, { recursive: true, force: true });
const manifest = {};
for (const [name, type, body] of files) {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  mkdirSync(join(fresh, hash), { recursive: true });
  const path = `${hash}/${name}`;
  writeFileSync(join(fresh, path), body);
  const gzip = gzipSync(body, { level: 9 });
  const brotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
  writeFileSync(join(fresh, `${path}.gz`), gzip);
  writeFileSync(join(fresh, `${path}.br`), brotli);
  manifest[name] = { path, type, hash, size: body.length };
  console.log(`${name}: ${body.length} octets, gzip ${gzip.length}, brotli ${brotli.length}`);
}
writeFileSync(join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 1));
// The licence of what is built in goes with it.
cpSync(join(modules, 'designsystemet-css/LICENSE'), join(fresh, 'LICENSE.designsystemet'));
rmSync(target, { recursive: true, force: true });
renameSync(fresh, target);
