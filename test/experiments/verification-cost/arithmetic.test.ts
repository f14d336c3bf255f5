import { describe, expect, test } from "vitest";
import { decodeBytes, modelWork, operationsOf } from "../../../experiments/verification-cost/arithmetic.ts";
import { readGgufHeader } from "../../../src/inference/gguf/read-header.ts";
import { targetF16, targetQ8 } from "../../support/embedded-models.ts";

describe("what a model computes and reads", () => {
  const work = modelWork(targetF16);

  test("its matrices hold all its weights but the norms", () => {
    const { layers, attentionWeights, feedForwardWeights, outputWeights } = work;
    const inMatrices = layers * (attentionWeights + feedForwardWeights) + outputWeights; // embeddings are the output matrix
    const matrices = readGgufHeader(targetF16).tensors.filter(({ dimensions }) => dimensions.length > 1);
    expect(inMatrices).toBe(matrices.reduce((sum, { dimensions }) => sum + dimensions[0]! * dimensions[1]!, 0));
  });

  test("a step reads every weight once: two bytes each in F16, 34 bytes per 32 in Q8_0", () => {
    const inMatrices = work.layers * (work.attentionWeights + work.feedForwardWeights) + work.outputWeights;
    const norms = work.weightBytes - 2 * inMatrices; // in F32
    expect(norms).toBe(4 * 13 * 256);
    expect(modelWork(targetQ8).weightBytes).toBe((inMatrices * 34) / 32 + norms);
  });

  test("and the cached keys and values of what came before", () => {
    expect(decodeBytes(work, 0, "F16")).toBe(work.weightBytes);
    expect(decodeBytes(work, 100, "F16") - work.weightBytes).toBe(100 * 6 * 2 * 128 * 2); // tokens, layers, K and V, width, bytes
    expect(decodeBytes(work, 32, "Q8_0") - work.weightBytes).toBe(6 * 2 * 128 * 34);
  });

  test("two operations a weight and token; the last network and the output matrix only for tokens asked about", () => {
    const unasked = operationsOf(work, 10, 0, 0);
    const asked = operationsOf(work, 10, 0, 10);
    const everything = 6 * (work.attentionWeights + work.feedForwardWeights) + work.outputWeights;
    expect(asked.matrix).toBe(2 * 10 * everything);
    expect(unasked.matrix).toBe(2 * 10 * (everything - work.feedForwardWeights - work.outputWeights));
  });

  test("attention is causal, so cutting a text in two changes nothing", () => {
    const whole = operationsOf(work, 100, 0, 1);
    const [head, tail] = [operationsOf(work, 60, 0, 0), operationsOf(work, 40, 60, 1)];
    expect(head.attention + tail.attention).toBe(whole.attention);
    expect(head.matrix + tail.matrix).toBe(whole.matrix);
    expect(operationsOf(work, 1, 0, 1).attention).toBe(4 * 6 * 256);
  });
});
