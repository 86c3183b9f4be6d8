"""Copy the compiled front-end from node_modules to static/vendor: style sheets, scripts and the icons they name.

QAF is not a gov.uk site, so three things stay behind: the crown and the royal crest, the GDS Transport font, and
every reference to them. Source maps stay behind too. Needs nothing but Python; run from the repository's root.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
# Where the package keeps its compiled files, and the folder and names they get here.
PACKAGES = {
    "govuk": (MODULES / "govuk-frontend" / "dist" / "govuk", "govuk-frontend.min"),
    "moj": (MODULES / "@ministryofjustice" / "frontend" / "moj", "moj-frontend.min"),
}
NOT_OURS = re.compile(
    r"GDS Transport|@font-face|crest[^{}]*\.svg|crown[^{}]*\.png|/assets/|sourceMappingURL", re.IGNORECASE
)


def without_source_map(text: str) -> str:
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    return re.sub(r"//# sourceMappingURL=\S*", "", text)


def plain_style_sheet(css: str) -> tuple[str, set[str]]:
    """Give the style sheet without font, crest and source map, and the names of the icons that it still needs."""
    css = without_source_map(css)
    css = re.sub(r"/\*!.*?GDS Transport.*?\*/|/\*!.*?licensed.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,", "").replace('"GDS Transport",', "")
    css = re.sub(r"url\([^)]*crest[^)]*\)", "none", css)
    icons = set(re.findall(r"url\(/assets/images/([\w.-]+)\)", css))
    return css.replace("url(/assets/images/", "url(images/"), icons


def vendor(name: str) -> None:
    """Copy one package's compiled files to ``static/vendor/<name>``."""
    source, stem = PACKAGES[name]
    target = VENDOR / name
    target.mkdir(parents=True)
    css, icons = plain_style_sheet((source / f"{stem}.css").read_text())
    (target / f"{stem}.css").write_text(css)
    (target / f"{stem}.js").write_text(without_source_map((source / f"{stem}.js").read_text()))
    if left := NOT_OURS.search(css):
        around = css[max(0, left.start() - 80) : left.end() + 80]
        sys.exit(f"{stem}.css still holds what QAF must not serve: …{around}…\nMend .ci/vendor_front_end.py.")
    if icons:
        (target / "images").mkdir()
    for icon in sorted(icons):
        shutil.copyfile(source / "assets" / "images" / icon, target / "images" / icon)


def main() -> None:
    missing = [str(source) for source, _ in PACKAGES.values() if not source.is_dir()]
    if missing:
        sys.exit(f"Run npm ci first: {', '.join(missing)} is missing.")
    if VENDOR.exists():
        shutil.rmtree(VENDOR)
    for name in PACKAGES:
        vendor(name)


if __name__ == "__main__":
    main()
