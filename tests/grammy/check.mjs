// Judges what a server answered by grammY's own types: each answer becomes a literal of its method's type, and the compiler names
// every field that the type does not know or misses.

import { fileURLToPath } from "node:url";
import ts from "typescript";

const HEAD = `import type { ApiMethods } from "@grammyjs/types/methods.js";
type Answer<M extends keyof ApiMethods<never>> = ReturnType<ApiMethods<never>[M]>;
`;
const OPTIONS = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022 };

/** What is wrong with these answers, `[{method, result}]`, in the compiler's words; nothing where all is well. */
export function findings(heard) {
  const lines = heard.map(({ method, result }, place) => `export const a${place}: Answer<"${method}"> = ${JSON.stringify(result)};`);
  const name = fileURLToPath(new URL("heard.ts", import.meta.url));
  const host = ts.createCompilerHost(OPTIONS);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...more) => (file === name ? ts.createSourceFile(file, HEAD + lines.join("\n"), ...more) : readFile(file, ...more));
  const known = host.fileExists.bind(host);
  host.fileExists = (file) => file === name || known(file);
  const program = ts.createProgram([name], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
