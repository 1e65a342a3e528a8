"""Makes the font of share images anew from @fontsource-variable/source-serif-4, an npm package:

    npm pack @fontsource-variable/source-serif-4 && tar -xzf fontsource-variable-*.tgz
    .venv/bin/python posts/fonts/make.py package/files

One weight, at the optical size of a title, in one file for every script that the family has. It has
a name of its own, as its licence asks of what is made from a font whose name is reserved.
"""

import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SCRIPTS = ["latin", "latin-ext", "vietnamese", "greek", "cyrillic", "cyrillic-ext"]
HERE = Path(__file__).parent
NAME = "Byline Titles"
COPYRIGHT, LICENCE = {0}, {13, 14}  # of the name table; the rest would say it is the original


def make(files: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for script in SCRIPTS:
            font = TTFont(files / f"source-serif-4-{script}-opsz-normal.woff2")
            font = instantiateVariableFont(font, {"wght": 600, "opsz": 40})
            font.flavor = None
            parts.append(f"{folder}/{script}.ttf")
            font.save(parts[-1])
        font = Merger().merge(parts)
    names = font["name"]
    names.names = [name for name in names.names if name.nameID in COPYRIGHT | LICENCE]
    for number, text in {1: NAME, 2: "Regular", 4: NAME, 6: NAME.replace(" ", "")}.items():
        names.setName(text, number, 3, 1, 0x409)
    font.save(HERE / "titles.ttf")
    points = sorted(font.getBestCmap())
    starts = [points[0], *(after for before, after in pairwise(points) if after != before + 1)]
    ends = [*(before for before, after in pairwise(points) if after != before + 1), points[-1]]
    ranges = [f"{start:04X}-{end:04X}\n" for start, end in zip(starts, ends, strict=True)]
    (HERE / "titles.txt").write_text("".join(ranges))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
