"""From the plain text of an old book to short prose passages.

The steps: cut off the transcriber's header and licence, fold the text to ASCII, split it into paragraphs, keep the
prose among them, start a new section at each heading, and group each section's paragraphs into short passages.
"""

import re
import unicodedata
from enum import Enum

LONGEST_PASSAGE = 1150  # characters; about 290 tokens
SHORTEST_PASSAGE = 200
SHORTEST_WHOLE_SECTION = 120
PASSAGE_GOAL = (350, 850)
ENDLESS_SENTENCE = LONGEST_PASSAGE + 300
SHORT_LINE = 90
VERSE_WIDTH = 52


class Kind(Enum):
    PROSE = "prose"
    HEADING = "heading"
    OTHER = "other"


def body_of_book(text):
    """The text between the transcriber's opening and closing marks."""
    opening = re.search(r"\*\*\*\s*START OF (?:THIS|THE) PROJECT GUTENBERG.*?\*\*\*", text, re.DOTALL)
    opening = opening or re.search(r"\*END[ *]*THE SMALL PRINT.*", text)
    if opening:
        text = text[opening.end() :]
    closing = re.search(
        r"\n[ \t]*(?:"
        r"\*\*\*\s*END OF (?:THIS|THE) PROJECT GUTENBERG"
        r"|\*{0,3}\s*End of (?:the |this )?Project Gutenberg"
        r")",
        text,
        re.IGNORECASE,
    )
    return text[: closing.start()] if closing else text


SPELLED_OUT = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2014\u2015", "--"),
        "\u2013": "-",
        "\u2026": "...",
        "\u00a0": " ",
        "\u00ad": "",
        "\u00e6": "ae",
        "\u00c6": "Ae",
        "\u0153": "oe",
        "\u0152": "Oe",
        "\u00df": "ss",
        "\u00f8": "o",
        "\u00d8": "O",
        "\u00f0": "d",
        "\u00fe": "th",
        "\u00a3": "L",
        "\u0142": "l",
    }
)


def fold_to_ascii(text):
    """Typographic signs spelled out, accents dropped, everything else outside ASCII removed."""
    decomposed = unicodedata.normalize("NFKD", text.translate(SPELLED_OUT))
    return decomposed.encode("ascii", "ignore").decode()


def sections_of(text):
    """Lists of prose paragraphs; a heading ends the list before it."""
    sections, current = [], []
    for raw_paragraph in re.split(r"\n[ \t]*\n+", text):
        kind, paragraph = judge(fold_to_ascii(raw_paragraph))
        if kind is Kind.PROSE:
            current.append(paragraph)
        elif kind is Kind.HEADING and current:
            sections.append(current)
            current = []
    return sections + [current] if current else sections


# Words of transcribers, printers and editors: a paragraph with one of them is about the book, not of the tale.
ABOUT_THE_BOOK = re.compile(
    "|".join(
        (
            r"gutenberg|transcrib|e-?text|produced by|proofread|scanned|click|http|www\.",
            r"copyright|all rights reserved|publish|printed (in|by)|isbn|\bedition\b",
            r"\billustrat|frontispiece|preface|footnote|\bpage \d|\bvol\.|\bpp\.",
        )
    ),
    re.IGNORECASE,
)
HEADING_WORD = re.compile(r"(chapter|part|book|section|contents|index|the end|finis|story)\b", re.IGNORECASE)
ROMAN_NUMBER = re.compile(r"[IVXLC]+\.?")
ENDS_LIKE_PROSE = re.compile(r"[.!?;:,\"'\-)]$")


def judge(raw_paragraph):
    """(kind, clean text); the text is empty unless the paragraph is prose."""
    lines = [line.rstrip() for line in raw_paragraph.split("\n") if line.strip()]
    text = single_spaced(" ".join(lines))
    letters = [character for character in text if character.isalpha()]
    if not letters or ABOUT_THE_BOOK.search(text):
        return Kind.OTHER, ""
    if is_heading(text, letters):
        return Kind.HEADING, ""
    if is_verse_or_table(lines) or len(letters) < 0.65 * len(text):
        return Kind.OTHER, ""
    clean = sentence_case_opening(without_markup(text))
    return (Kind.PROSE, clean) if clean else (Kind.OTHER, "")


def is_heading(text, letters):
    capitals = sum(letter.isupper() for letter in letters)
    short = len(text) < SHORT_LINE
    return bool(
        (short and HEADING_WORD.match(text))
        or ROMAN_NUMBER.fullmatch(text)
        or capitals > 0.6 * len(letters)
        or (short and not ENDS_LIKE_PROSE.search(text))
    )


def is_verse_or_table(lines):
    indented = sum(line.startswith("   ") for line in lines)
    return len(lines) >= 2 and (indented > 0.6 * len(lines) or max(map(len, lines)) < VERSE_WIDTH)


def without_markup(text):
    """Bracketed notes and signs of emphasis removed, dashes and dots made uniform."""
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"\{[^}]*\}", "", text)
    text = re.sub(r"[_|~^<>=\\#*]", "", text)
    text = re.sub(r"\s*-{2,}\s*", "--", text)
    text = re.sub(r"(?:\. ){2,}\.", "...", text)
    text = re.sub(r"\.{4,}", "...", text)
    return single_spaced(text.replace("''", '"'))


def sentence_case_opening(text):
    """'ONCE UPON a time' -> 'Once upon a time': old printers set a chapter's first words in capitals."""
    shouted = re.match(r"(\"?'?)([A-Z][A-Z']+(?: [A-Z][A-Z']+){0,4})(?=[ ,;])", text)
    if not shouted:
        return text
    words = shouted.group(2)
    calmed = shouted.group(1) + words[0] + words[1:].lower() + text[shouted.end() :]
    return re.sub(r"\bi\b", "I", calmed)


def single_spaced(text):
    return re.sub(r"\s+", " ", text).strip()


def passages_of(section, draw):
    """The section's text in passages that begin and end at paragraph ends, or at sentence ends in long paragraphs.

    `draw` (random.Random) chooses each passage's length goal, so that lengths vary as real prompts' do.
    """
    characters = sum(len(paragraph) + 1 for paragraph in section)
    if characters <= LONGEST_PASSAGE:
        return ["\n".join(section)] if characters >= SHORTEST_WHOLE_SECTION else []
    cutter = PassageCutter(draw)
    for paragraph in section:
        cutter.add(paragraph)
    cutter.finish_passage()
    return cutter.passages


class PassageCutter:
    def __init__(self, draw):
        self.draw = draw
        self.passages = []
        self.start_passage()

    def start_passage(self):
        self.paragraphs, self.characters = [], 0
        self.choose_goal()

    def choose_goal(self):
        self.goal = self.draw.randint(*PASSAGE_GOAL)

    def finish_passage(self):
        if self.characters >= SHORTEST_PASSAGE:
            self.passages.append("\n".join(self.paragraphs))
        self.start_passage()

    def add(self, paragraph):
        if len(paragraph) > LONGEST_PASSAGE:
            self.finish_passage()
            self.cut_long_paragraph(paragraph)
            return
        if self.paragraphs and self.characters + len(paragraph) > LONGEST_PASSAGE:
            self.finish_passage()
        self.paragraphs.append(paragraph)
        self.characters += len(paragraph) + 1
        if self.characters >= self.goal:
            self.finish_passage()

    def cut_long_paragraph(self, paragraph):
        text = ""
        for sentence in sentences_of(paragraph):
            if text and (len(text) >= self.goal or len(text) + len(sentence) > LONGEST_PASSAGE):
                self.passages.append(text)
                self.choose_goal()
                text = ""
            text = f"{text} {sentence}".strip()
            if len(text) > ENDLESS_SENTENCE:
                text = ""
        if len(text) >= SHORTEST_PASSAGE:
            self.passages.append(text)
        self.choose_goal()


SENTENCE_END = re.compile(r"(?<=[.!?])([\"']?)\s+(?=[\"'A-Z])")
ENDS_IN_TITLE = re.compile(r"\b(Mr|Mrs|Dr|St|Ms)\.$")


def sentences_of(paragraph):
    sentences, start = [], 0
    for end in SENTENCE_END.finditer(paragraph):
        if not ENDS_IN_TITLE.search(paragraph[start : end.start()]):
            sentences.append(paragraph[start : end.end()].strip())
            start = end.end()
    return sentences + [paragraph[start:].strip()] if paragraph[start:].strip() else sentences
