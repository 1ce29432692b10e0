"""Many sequences of one net: their gradients, what these share, and which are unlike the others."""
