"""How llama.cpp stores weights: F32, F16, and blocks of 32 numbers in Q8_0 and Q4_0.

Every block has one F16 scale. Q8_0 stores round(x / scale) as 32 signed bytes; Q4_0 stores 32 four-bit numbers q that
mean scale * (q - 8), the first 16 in the low halves of 16 bytes and the last 16 in the high halves.
The rounding follows llama.cpp's reference quantiser, so the bytes are those its own tool would write.
"""

import numpy as np

BLOCK = 32


def quantise_q8_0(values):
    blocks = values.reshape(-1, BLOCK).astype(np.float32)
    scales = np.abs(blocks).max(axis=1) / np.float32(127)
    scaled = blocks * inverse(scales)[:, None]
    rounded = np.sign(scaled) * np.floor(np.abs(scaled) + np.float32(0.5))  # halves away from zero, as C's roundf
    return np.hstack((scale_bytes(scales), rounded.astype(np.int8).view(np.uint8))).tobytes()


def dequantise_q8_0(raw):
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 2 + BLOCK)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return scales * blocks[:, 2:].copy().view(np.int8).astype(np.float32)


def quantise_q4_0(values):
    blocks = values.reshape(-1, BLOCK).astype(np.float32)
    largest = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(axis=1)]  # with its sign: it becomes -8 exactly
    scales = largest / np.float32(-8)
    shifted = (blocks * inverse(scales)[:, None] + np.float32(8.5)).astype(np.int8)
    fours = np.minimum(15, shifted).astype(np.uint8)
    packed = fours[:, :16] | (fours[:, 16:] << 4)
    return np.hstack((scale_bytes(scales), packed)).tobytes()


def dequantise_q4_0(raw):
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 2 + BLOCK // 2)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    fours = np.hstack((blocks[:, 2:] & 15, blocks[:, 2:] >> 4))
    return scales * (fours.astype(np.float32) - 8)


def inverse(scales):
    """1 / scale, and 0 for a block of zeros."""
    return np.divide(np.float32(1), scales, out=np.zeros_like(scales), where=scales != 0)


def scale_bytes(scales):
    return scales.astype(np.float16).view(np.uint8).reshape(-1, 2)
