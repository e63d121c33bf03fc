"""From the neutral tree of an answer to the typed model: one module a thing of the seed, no I/O, no HTTP."""
