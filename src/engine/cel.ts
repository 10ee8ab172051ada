/** The one module that knows which CEL implementation assay uses. */
export { type ASTNode, Environment, serialize } from '@marcbachmann/cel-js';
