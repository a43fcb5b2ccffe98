"""PDF files for tests, made on the spot."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pypdf
from fpdf import FPDF

CHAPTERS = (
    ("Indledning", "Skolen vil styrke fællesskabet på mellemtrinnet. Børnene får støtte i små grupper."),
    ("Frikvarterer", "To voksne er altid ude. De hjælper elever, som ofte står alene, med at komme i gang med en leg."),
    ("Forældre", "Forældrene får besked samme dag. Skolen ringer, når et barn har haft en svær dag på skolen."),
)


def write_pdf(
    path: Path, chapters: Sequence[tuple[str, str]] = CHAPTERS, *, bookmarks: bool = True, password: str = ""
) -> Path:
    """Write a PDF with one chapter a page, named in its bookmarks, and return its path."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for title, text in chapters:
        pdf.add_page()
        if bookmarks:
            pdf.start_section(title)
        pdf.multi_cell(0, 8, f"{title}\n{text}")
    pdf.output(str(path))
    if password:
        lock(path, password)
    return path


def lock(path: Path, user: str, owner: str = "ejer") -> None:
    """Encrypt the PDF at `path`; an empty `user` password lets everyone read it."""
    writer = pypdf.PdfWriter(clone_from=str(path))
    writer.encrypt(user, owner, algorithm="AES-256")
    writer.write(str(path))


def write_scan(path: Path) -> Path:
    """Write a PDF of two pages, one with nothing but a picture and one blank, and return its path."""
    picture = path.with_suffix(".png")
    picture.write_bytes(_png())
    pdf = FPDF()
    pdf.add_page()
    pdf.image(str(picture), w=100)
    pdf.add_page()
    pdf.output(str(path))
    return path


def _png(side: int = 8) -> bytes:
    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(side)) for y in range(side))
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, body in (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ):
        parts.append(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(parts)
