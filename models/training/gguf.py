"""Reading and writing GGUF, version 3 (little-endian): metadata, tensor directory, aligned tensor data."""

import struct
from dataclasses import dataclass

import numpy as np

from quantisation import dequantise_q4_0, dequantise_q8_0, quantise_q4_0, quantise_q8_0

MAGIC = b"GGUF"
VERSION = 3
ALIGNMENT_BYTES = 32

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
SCALAR_FORMATS = {UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}


@dataclass(frozen=True)
class WeightFormat:
    """One way to store a tensor: its code in the file, bytes for a block of numbers, and both conversions."""

    code: int
    block_numbers: int
    block_bytes: int
    encode: object
    decode: object


WEIGHT_FORMATS = {
    "f32": WeightFormat(0, 1, 4, lambda array: array.astype("<f4").tobytes(), lambda raw: np.frombuffer(raw, "<f4")),
    "f16": WeightFormat(
        1, 1, 2, lambda array: array.astype("<f2").tobytes(), lambda raw: np.frombuffer(raw, "<f2").astype(np.float32)
    ),
    "q4_0": WeightFormat(2, 32, 18, quantise_q4_0, dequantise_q4_0),
    "q8_0": WeightFormat(8, 32, 34, quantise_q8_0, dequantise_q8_0),
}
FORMAT_OF_CODE = {form.code: name for name, form in WEIGHT_FORMATS.items()}


@dataclass(frozen=True)
class Value:
    """A metadata value and its type; `element` is the type of an array's elements."""

    type: int
    content: object
    element: int = None


def write_gguf(path, metadata, tensors):
    """Write a file from metadata {key: Value} and tensors [(name, float32 array, weight format name)]."""
    directory, data = b"", []
    offset = 0
    for name, array, form_name in tensors:
        form = WEIGHT_FORMATS[form_name]
        dimensions = array.shape[::-1]  # the file lists the fastest-running dimension first
        directory += pack_string(name) + struct.pack("<I", len(dimensions))
        directory += struct.pack(f"<{len(dimensions)}Q", *dimensions) + struct.pack("<IQ", form.code, offset)
        data.append(padded(form.encode(array)))
        offset += len(data[-1])
    header = MAGIC + struct.pack("<IQQ", VERSION, len(tensors), len(metadata))
    entries = b"".join(
        pack_string(key) + struct.pack("<I", value.type) + pack_value(value) for key, value in metadata.items()
    )
    with open(path, "wb") as file:
        file.write(padded(header + entries + directory))
        file.writelines(data)


def read_gguf(path):
    """(metadata {key: plain value}, tensors {name: float32 array}, weight formats {name: format name})."""
    with open(path, "rb") as file:
        reader = Reader(path, file.read())
    if reader.take(4) != MAGIC:
        raise SystemExit(f"{path}: not a GGUF file (it does not begin with the letters GGUF)")
    version, tensor_count, entry_count = reader.unpack("<IQQ")
    if version != VERSION:
        raise SystemExit(f"{path}: GGUF version {version}, this reader knows version {VERSION}")
    metadata = {reader.string(): reader.value() for _ in range(entry_count)}
    directory = [reader.tensor_entry() for _ in range(tensor_count)]
    start = aligned(reader.position)
    tensors, formats = {}, {}
    for name, shape, code, offset in directory:
        if code not in FORMAT_OF_CODE:
            raise SystemExit(f"{path}: tensor {name} has weight type {code}; known are {sorted(FORMAT_OF_CODE)}")
        form = WEIGHT_FORMATS[FORMAT_OF_CODE[code]]
        byte_count = int(np.prod(shape)) // form.block_numbers * form.block_bytes
        reader.position = start + offset
        tensors[name] = form.decode(reader.take(byte_count)).reshape(shape)
        formats[name] = FORMAT_OF_CODE[code]
    return metadata, tensors, formats


class Reader:
    """A position in the bytes of one file."""

    def __init__(self, path, content):
        self.path, self.content, self.position = path, content, 0

    def take(self, count):
        piece = self.content[self.position : self.position + count]
        if len(piece) < count:
            raise SystemExit(f"{self.path}: ends at byte {len(self.content)}, expected {count} more at {self.position}")
        self.position += count
        return piece

    def unpack(self, layout):
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def string(self):
        return self.take(self.unpack("<Q")[0]).decode()

    def value(self):
        (kind,) = self.unpack("<I")
        if kind != ARRAY:
            return self.scalar(kind)
        element, count = self.unpack("<IQ")
        return [self.scalar(element) for _ in range(count)]

    def scalar(self, kind):
        if kind == STRING:
            return self.string()
        if kind not in SCALAR_FORMATS:
            raise SystemExit(f"{self.path}: metadata type {kind} at byte {self.position} is not one this reader knows")
        return self.unpack(SCALAR_FORMATS[kind])[0]

    def tensor_entry(self):
        name = self.string()
        (dimension_count,) = self.unpack("<I")
        shape = self.unpack(f"<{dimension_count}Q")[::-1]
        code, offset = self.unpack("<IQ")
        return name, shape, code, offset


def pack_string(text):
    return struct.pack("<Q", len(text.encode())) + text.encode()


def pack_value(value):
    if value.type != ARRAY:
        return pack_scalar(value.type, value.content)
    elements = b"".join(pack_scalar(value.element, content) for content in value.content)
    return struct.pack("<IQ", value.element, len(value.content)) + elements


def pack_scalar(kind, content):
    return pack_string(content) if kind == STRING else struct.pack(SCALAR_FORMATS[kind], content)


def aligned(position):
    return -(-position // ALIGNMENT_BYTES) * ALIGNMENT_BYTES


def padded(raw):
    return raw.ljust(aligned(len(raw)), b"\0")
