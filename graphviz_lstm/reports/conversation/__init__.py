"""The answer as a conversation: each question that somebody may have, in the order in which they come up.

Nothing here knows the name of a gate: what is said follows from the graph of the cell that is looked at. `claims/` alone
speaks of the question's own equations.
"""

from __future__ import annotations

from graphviz_lstm.reports.conversation.document import brief_text, conversation_of

__all__ = ["brief_text", "conversation_of"]
