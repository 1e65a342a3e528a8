"""Makes the font of share images anew from three npm packages:

    for name in source-serif-4 noto-naskh-arabic noto-serif-hebrew; do
        npm pack @fontsource-variable/$name && tar -xzf fontsource-variable-$name-*.tgz \
            --one-top-level=fonts --strip-components=2 package/files
    done
    .venv/bin/python posts/fonts/make.py fonts

One weight in one file, at the optical size of a title, without what a title has no use for. It has
a name of its own, as the licence asks of what is made from a font whose name is reserved.
"""

import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SERIF = ["latin", "latin-ext", "vietnamese", "greek", "cyrillic", "cyrillic-ext"]
PARTS = {
    **{f"source-serif-4-{script}-opsz-normal": {"wght": 600, "opsz": 40} for script in SERIF},
    "noto-naskh-arabic-arabic-wght-normal": {"wght": 600},
    "noto-serif-hebrew-hebrew-wght-normal": {"wght": 600},
}
BLOCKS = {"arabic": range(0x0600, 0x0700), "hebrew": range(0x0590, 0x0600)}
HERE = Path(__file__).parent
NAME = "Byline Titles"


def make(files: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths, copyrights = [], []
        for name, axes in PARTS.items():
            part = instantiateVariableFont(TTFont(files / f"{name}.woff2"), axes)
            points = BLOCKS.get(name.split("-")[-3], part.getBestCmap())
            cut = Subsetter(Options(hinting=False))
            cut.populate(unicodes=set(points) & set(part.getBestCmap()))
            cut.subset(part)
            copyrights.append(part["name"].getDebugName(0))
            part.flavor = None
            part.save(f"{folder}/{name}.ttf")
            paths.append(f"{folder}/{name}.ttf")
        font = Merger().merge(paths)
    words = {
        0: "; ".join(dict.fromkeys(copyrights)),
        14: "http://scripts.sil.org/OFL",
        1: NAME,
        2: "Regular",
        4: NAME,
        6: NAME.replace(" ", ""),
    }
    font["name"].names = []
    for number, text in words.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["post"].formatType = 3.0  # without the names of glyphs
    font.save(HERE / "titles.ttf")
    points = sorted(font.getBestCmap())
    starts = [points[0], *(after for before, after in pairwise(points) if after != before + 1)]
    ends = [*(before for before, after in pairwise(points) if after != before + 1), points[-1]]
    ranges = [f"{start:04X}-{end:04X}\n" for start, end in zip(starts, ends, strict=True)]
    (HERE / "titles.txt").write_text("".join(ranges))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
