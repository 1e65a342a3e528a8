"""Files people upload, by mistake or not: each made here, of a few kilobytes at most."""

import io
import struct
import zipfile
import zlib

from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw

EVIL = b"<script>alert(document.domain)</script>"
RED, BLUE = (220, 20, 30), (20, 40, 220)


def picture(width=64, height=48, mode="RGB"):
    """Return a picture, red on the left and blue on the right, that tells if it was turned."""
    image = Pillow.new("RGB", (width, height), RED)
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill=BLUE)
    return image if mode == "RGB" else image.convert(mode)


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(**options):
    return saved(picture(), "JPEG", quality=95, subsampling=0, **options)


def png(**options):
    return saved(picture(), "PNG", **options)


def exif(orientation=1):
    """Return the EXIF of a phone: its make, the place, and which way up."""
    data = Pillow.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Phone of Ada"
    data.get_ifd(0x8825).update({1: "N", 2: (52.0, 22.0, 12.0), 3: "E", 4: (4.0, 53.0, 42.0)})
    return data.tobytes()


def turned(orientation):
    """Return a JPEG whose pixels lie as this orientation says, and are upright once turned."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # of Pillow.Transpose: the inverses
    image = picture()
    if orientation in undo:
        image = image.transpose(undo[orientation])
    return saved(image, "JPEG", quality=95, subsampling=0, exif=exif(orientation))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(data, kind, content):
    """Return a PNG with one chunk more, after its header."""
    return data[:33] + chunk(kind, content) + data[33:]


def png_header(width, height, depth=8, colours=2):
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)


def png_bomb(width, height):
    """Return a PNG of one bit a pixel: whole, tiny, and huge once it is unpacked."""
    packer = zlib.compressobj(9)
    row = bytes(width // 8 + 1)
    rows = b"".join(packer.compress(row) for _number in range(height)) + packer.flush()
    return png_header(width, height, 1, 0) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_of_size(width, height):
    """Return a JPEG that says it is this large."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def gif_of_size(width, height):
    data = bytearray(saved(picture(), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def webp_of_size(width, height):
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    frame = saved(picture(), "WEBP")[12:]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + sides + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def avif_of_size(width, height):
    data = bytearray(saved(picture(), "AVIF"))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def jpeg_of_scans(count):
    """Return a progressive JPEG whose last pass over the pixels comes again and again."""
    data = jpeg(progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + data[-2:]


def animated(kind):
    frames = [picture(), picture().transpose(Pillow.Transpose.ROTATE_180), picture(64, 48)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("evil.html", EVIL)
    return file.getvalue()


def of_swapped_colours():
    """Return a JPEG whose profile says that what it calls red is blue, and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    return jpeg(icc_profile=profile)


def transparent(mode):
    image = picture(mode="RGBA")
    ImageDraw.Draw(image).rectangle((0, 0, 10, 10), fill=(0, 0, 0, 0))
    return image if mode == "RGBA" else image.quantize() if mode == "P" else image.convert(mode)


def sixteen_bit():
    grey = Pillow.new("I;16", (64, 48), 0x2020)
    grey.paste(0xD0D0, (32, 0, 64, 48))
    return saved(grey, "PNG")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + EVIL + b"</svg>"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
PDF = b"%PDF-1.7\n1 0 obj\n<< /OpenAction << /S /JavaScript >> >>\n" + EVIL
