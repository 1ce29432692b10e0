"""Every path of a recurrent network's gradient: counted, listed, summed, derived and drawn."""

from __future__ import annotations

__version__ = "0.1.0"
