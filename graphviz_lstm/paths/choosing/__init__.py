"""Which paths are shown, and all that they leave out: the largest, those above a threshold, samples."""
