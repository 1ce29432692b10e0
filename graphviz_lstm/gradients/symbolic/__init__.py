"""The gradient in symbols: both recursions, derivations, proofs."""
