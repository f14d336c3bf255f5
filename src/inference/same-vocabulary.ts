import { modelFacts } from "./gguf/facts.ts";
import { readGgufHeader, readTokenTexts } from "./gguf/read-header.ts";
import { ModelFileError, printable } from "./model-file-error.ts";

/**
 * Throws ModelFileError `other-vocabulary` unless both models have the same tokens under the same numbers: else one would read the other's
 * output as another text.
 */
export function requireSameVocabulary(path: string, targetPath: string): void {
  const [header, target] = [readGgufHeader(path), readGgufHeader(targetPath)];
  if (modelFacts(header).vocabularySha256 === modelFacts(target).vocabularySha256) return;
  const [own, targets] = [readTokenTexts(header), readTokenTexts(target)];
  const first = own.findIndex((text, token) => text !== targets[token]);
  const quoted = (text: string) => `"${printable(text, 40)}"`;
  const difference =
    own.length !== targets.length
      ? `it has ${own.length} tokens, ${targetPath} has ${targets.length}`
      : `token ${first} is ${quoted(own[first]!)}, in ${targetPath} it is ${quoted(targets[first]!)}`;
  throw new ModelFileError({
    code: "other-vocabulary",
    path,
    problem: `its vocabulary is not the target's: ${difference}`,
    remedy: "models that work on one text must share its tokens: name one of the same family",
  });
}
