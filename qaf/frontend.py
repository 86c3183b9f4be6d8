"""Puts the compiled front-end into ``static/vendor``, without what belongs to GOV.UK alone.

Run by ``make`` after npm: ``python -m qaf.frontend node_modules static/vendor``. This is not a GOV.UK site, so
the GDS Transport typeface, the crest and the crown are left out: their licences and the Design System's own
rules keep them to the gov.uk domain.
"""

import re
import shutil
import sys
from pathlib import Path

# Faces that people's machines have; nothing is fetched. Liberation and Noto come first where servers draw pages.
FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'

GOVUK = Path("govuk-frontend/dist/govuk")
MOJ = Path("@ministryofjustice/frontend/moj")


def without_source_map(text: str) -> str:
    """Drop the pointer to a source map: the map is not shipped, and hashed static files refuse a dead pointer."""
    return re.sub(
        r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$", "", text
    )


def plain_style(css: str) -> str:
    """Give a stylesheet of the design system with our own typeface, no crest, and images beside it."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONTS)
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none")
    return without_source_map(css.replace("url(/assets/images/", "url(images/"))


def copy(node_modules: Path, vendor: Path) -> list[Path]:
    """Copy what the pages use from npm's folder; gives the files written.

    Raises FileNotFoundError when npm has not installed them.
    """
    written = []
    for source, name in [(GOVUK, "govuk"), (MOJ, "moj")]:
        target = vendor / name
        target.mkdir(parents=True, exist_ok=True)
        css = plain_style(
            (node_modules / source / f"{name}-frontend.min.css").read_text()
        )
        script = (node_modules / source / f"{name}-frontend.min.js").read_text()
        (target / f"{name}-frontend.min.css").write_text(css)
        (target / f"{name}-frontend.min.js").write_text(without_source_map(script))
        written += [
            target / f"{name}-frontend.min.css",
            target / f"{name}-frontend.min.js",
        ]
        for image in sorted(set(re.findall(r"url\(images/([^)]+)\)", css))):
            (target / "images").mkdir(exist_ok=True)
            shutil.copyfile(
                node_modules / source / "assets/images" / image,
                target / "images" / image,
            )
            written.append(target / "images" / image)
    return written


if __name__ == "__main__":
    files = copy(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{len(files)} front-end files copied to {sys.argv[2]}")
